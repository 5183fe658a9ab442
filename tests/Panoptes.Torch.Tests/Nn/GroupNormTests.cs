using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

/// <summary>The layer over channels-last memory against libtorch's operator in double precision.</summary>
public class GroupNormTests
{
    public static TheoryData<long[], int, bool> Cases => new()
    {
        { [2, 6, 5, 7], 3, false },
        { [2, 6, 5, 7], 3, true },
        { [1, 32, 1, 1], 8, true },
        { [3, 48, 33, 41], 8, true }, // several blocks an image
        { [1, 20, 40, 40], 20, false }, // one channel a group
        { [1, 20, 40, 40], 1, true }, // one group
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_equal_the_operators(long[] shape, int groups, bool relu)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(5);
        using GroupNorm layer = new(groups, (int)shape[1], 1e-4);
        using (new NoGrad())
        {
            layer.Weight.CopyInPlace(Tensor.Randn([shape[1]]));
            layer.Bias.CopyInPlace(Tensor.Randn([shape[1]]));
        }

        // Far from zero, where a variance from squares loses digits.
        Tensor x = ((Tensor.Randn(shape) * 3) + 5).To(MemoryFormat.ChannelsLast).Detach();
        x.RequiresGrad = true;
        Tensor weights = Tensor.Randn(shape);
        Tensor y = layer.Forward(x);
        y = relu ? y.ReluInPlace() : y;
        Assert.True(y.IsChannelsLast || shape is [_, _, 1, 1]); // A single place lies in both orders.
        (y * weights).Sum().Backward();

        Tensor x64 = Float64Leaf.Of(x), weight64 = Float64Leaf.Of(layer.Weight), bias64 = Float64Leaf.Of(layer.Bias);
        Tensor y64 = x64.GroupNorm(groups, weight64, bias64, 1e-4);
        y64 = relu ? y64.Relu() : y64;
        (y64 * weights.To(DType.Float64)).Sum().Backward();

        AssertClose(y64, y);
        AssertClose(x64.Grad!, x.Grad!);
        AssertClose(weight64.Grad!, layer.Weight.Grad!);
        AssertClose(bias64.Grad!, layer.Bias.Grad!);
        Assert.Equal(groups == shape[1] && shape[2] * shape[3] == 1, x.Grad!.Abs().Max().ToDouble() == 0);
    }

    [Fact]
    public void Half_precision_is_normalized_in_the_weights_type()
    {
        using TensorScope scope = new();
        using GroupNorm layer = new(2, 4);
        Tensor x = Tensor.Randn([1, 4, 3, 3]).To(DType.BFloat16);
        Tensor y = layer.Forward(x);
        Assert.Equal(DType.Float32, y.DType);
        AssertClose(x.To(DType.Float64).GroupNorm(2), y);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        using NoGrad noGrad = new();
        double largest = expected.Abs().Max().ToDouble();
        Assert.InRange((expected - actual.To(DType.Float64)).Abs().Max().ToDouble(), 0, 2e-5 * (1 + largest));
    }
}
