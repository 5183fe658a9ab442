using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

public class MixedPrecisionTests
{
    [Fact]
    public void Convolutions_compute_in_bfloat16_and_gradients_keep_the_type_of_the_weights()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(7);
        using Sequential layer = new([new Conv2d(4, 8, 3), new GroupNorm(2, 8), new Relu(), new Conv2d(8, 6, 3)]);
        Tensor x = Tensor.Randn([1, 4, 8, 8]);
        Tensor exact = layer.Forward(x);
        layer.ComputeIn(DType.BFloat16);
        Tensor half = layer.Forward(x);
        Assert.Equal(DType.BFloat16, half.DType);
        double error = (half.To(DType.Float32) - exact).Abs().Max().ToDouble() / exact.Abs().Max().ToDouble();
        Assert.InRange(error, 1e-6, 0.03);

        half.To(DType.Float32).Sum().Backward();
        Assert.All(layer.Parameters(), p => Assert.Equal(DType.Float32, p.Value.DType));
        Assert.All(layer.Parameters(), p => Assert.Equal(DType.Float32, p.Value.Grad!.DType));

        layer.ComputeIn(DType.Float32);
        Assert.Equal(exact.ToArray<float>(), layer.Forward(x).ToArray<float>());
    }

    [Fact]
    public void A_weight_that_changes_counts_in_the_next_pass()
    {
        using TensorScope scope = new();
        using Conv2d layer = new(1, 1, 1, bias: false);
        layer.ComputeIn(DType.BFloat16);
        Init.Constant(layer.Weight, 1);
        Assert.Equal(1, layer.Forward(Tensor.Ones([1, 1, 1, 1])).ToDouble());
        using (new NoGrad())
        {
            layer.Weight.MulInPlace(2);
        }

        Assert.Equal(2, layer.Forward(Tensor.Ones([1, 1, 1, 1])).ToDouble());
    }
}
