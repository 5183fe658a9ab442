using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

/// <summary>Convolutions of 3x3 over channels-last memory, which go their own way, against libtorch's operator in double precision.</summary>
public class WinogradTests
{
    public static TheoryData<int, int, int, int, int, bool> Cases => new()
    {
        { 1, 64, 64, 32, 32, true },
        { 2, 64, 80, 33, 41, true }, // tiles that hang over the edge, an odd number of panels
        { 1, 144, 64, 61, 30, false }, // more channels than are summed up at a time, more tiles than are in work at a time
        { 16, 64, 64, 5, 7, true },
        { 2, 48, 64, 40, 40, true }, // few channels: libtorch's way
        { 2, 70, 64, 40, 40, true }, // channels that do not fill a panel: libtorch's way
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_equal_the_operators(int pictures, int inputs, int outputs, int height, int width, bool bias)
    {
        using var scope = new TensorScope();
        TorchRuntime.Seed(7);
        using var layer = new Conv2d(inputs, outputs, 3, bias: bias);
        Tensor x = Leaf(Tensor.Randn([pictures, inputs, height, width]).To(MemoryFormat.ChannelsLast), DType.Float32);
        Tensor weights = Tensor.Randn([pictures, outputs, height, width]);
        Tensor y = layer.Forward(x);
        (y * weights).Sum().Backward();

        Tensor x64 = Leaf(x), weight64 = Leaf(layer.Weight);
        Tensor? bias64 = layer.Bias is null ? null : Leaf(layer.Bias);
        Tensor y64 = x64.Conv2d(weight64, bias64, [1, 1], [1, 1], [1, 1], 1);
        (y64 * weights.To(DType.Float64)).Sum().Backward();

        AssertClose(y64, y);
        AssertClose(x64.Grad!, x.Grad!);
        AssertClose(weight64.Grad!, layer.Weight.Grad!);
        if (bias64 is not null)
        {
            AssertClose(bias64.Grad!, layer.Bias!.Grad!);
        }
    }

    [Fact]
    public void Only_what_is_asked_for_gets_a_gradient()
    {
        using var scope = new TensorScope();
        using var layer = new Conv2d(64, 64, 3);
        Tensor x = Tensor.Randn([1, 64, 32, 32]).To(MemoryFormat.ChannelsLast);
        layer.Forward(x).Sum().Backward();
        Assert.Null(x.Grad);
        Assert.NotNull(layer.Weight.Grad);

        layer.Weight.Grad = null;
        layer.Weight.RequiresGrad = false;
        Tensor leaf = Leaf(x, DType.Float32);
        layer.Forward(leaf).Sum().Backward();
        Assert.NotNull(leaf.Grad);
        Assert.Null(layer.Weight.Grad);

        using var none = new NoGrad();
        Assert.False(layer.Forward(leaf).RequiresGrad);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing() => ThreadCounts.ChangeNothing(() =>
    {
        TorchRuntime.Seed(1);
        using var layer = new Conv2d(64, 96, 3);
        Tensor x = Leaf(Tensor.Randn([2, 64, 37, 43]).To(MemoryFormat.ChannelsLast), DType.Float32);
        Tensor y = layer.Forward(x);
        (y * y).Sum().Backward();
        return [.. y.ToArray<float>(), .. x.Grad!.ToArray<float>(), .. layer.Weight.Grad!.ToArray<float>()];
    });

    private static Tensor Leaf(Tensor value, DType type = DType.Float64)
    {
        Tensor leaf = value.Detach().To(type);
        leaf = ReferenceEquals(leaf, value) ? leaf.Clone() : leaf;
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        double scale = expected.Abs().Max().ToDouble();
        double difference = (actual.To(DType.Float64) - expected).Abs().Max().ToDouble();
        Assert.InRange(difference / scale, 0, 1e-4);
    }
}
