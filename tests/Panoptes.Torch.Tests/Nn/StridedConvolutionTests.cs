using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

public class StridedConvolutionTests
{
    [Theory]
    [InlineData(8, 8, 8, 10)]
    [InlineData(8, 16, 33, 41)]
    [InlineData(24, 32, 7, 5)]
    public void Narrow_pointwise_layers_compute_and_learn_what_the_operator_does(int inputs, int outputs, int height, int width)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(12);
        using Conv2d layer = new(inputs, outputs, 1, stride: 2);
        Tensor x = Tensor.Randn([3, inputs, height, width]).To(MemoryFormat.ChannelsLast).Detach();
        x.RequiresGrad = true;
        Tensor y = layer.Forward(x);
        y.Square().Sum().Backward();

        Tensor x64 = Float64Leaf.Of(x), weight64 = Float64Leaf.Of(layer.Weight), bias64 = Float64Leaf.Of(layer.Bias!);
        Tensor y64 = x64.Conv2d(weight64, bias64, [2, 2]);
        y64.Square().Sum().Backward();

        Assert.Equal(y64.Shape.ToArray(), y.Shape.ToArray());
        AssertClose(y64, y);
        AssertClose(x64.Grad!, x.Grad!);
        AssertClose(weight64.Grad!, layer.Weight.Grad!);
        AssertClose(bias64.Grad!, layer.Bias!.Grad!);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        using NoGrad noGrad = new();
        double largest = expected.Abs().Max().ToDouble();
        Assert.InRange((expected - actual.To(DType.Float64)).Abs().Max().ToDouble(), 0, 1e-5 * largest);
    }
}
