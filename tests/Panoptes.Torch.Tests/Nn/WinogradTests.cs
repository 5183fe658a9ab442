using System.Runtime.Intrinsics.X86;
using Panoptes.Torch.Kernels;
using Panoptes.Torch.Kernels.Winograd;
using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

/// <summary>Convolutions of 3x3 over channels-last memory, which go their own way, against libtorch's operator in double precision.</summary>
public class WinogradTests
{
    public static TheoryData<bool, bool> Kernels => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    public static TheoryData<int, int, int, int, int, bool> Cases => new()
    {
        { 1, 64, 64, 32, 32, true },
        { 2, 64, 80, 33, 41, true }, // tiles that hang over the edge, an odd number of panels
        { 1, 144, 64, 61, 30, false }, // more channels than are summed up at a time, more tiles than are in work at a time
        { 16, 64, 64, 5, 7, true },
        { 70, 64, 64, 1, 1, true }, // one pixel each
        { 1, 272, 128, 57, 3, true },
        { 2, 16, 64, 40, 40, true }, // few channels: libtorch's way
        { 2, 70, 64, 40, 40, true }, // channels that do not fill a panel: libtorch's way
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_equal_the_operators(int count, int inputs, int outputs, int height, int width, bool bias)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(7);
        using Conv2d layer = new(inputs, outputs, 3, bias: bias);
        Tensor x = Leaf(Tensor.Randn([count, inputs, height, width]).To(MemoryFormat.ChannelsLast), DType.Float32);
        Tensor weights = Tensor.Randn([count, outputs, height, width]);
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

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Each_width_of_vector_and_order_of_weights_gives_the_operators_results(bool wide, bool channelsLast)
    {
        Assert.SkipUnless(wide ? Avx512F.IsSupported : OverrideableConvolution.IsSupported, "the processor has no such vectors");
        using TensorScope scope = new();
        TorchRuntime.Seed(5);
        (long, long, long, long, long)[] sizes =
        [
            (1, 16, 16, 1, 1), (2, 16, 48, 5, 13), (3, 80, 64, 12, 12), (1, 288, 112, 9, 30), (2, 64, 64, 61, 90),
            (2, 384, 256, 15, 18), // more channels than tiles: the threads share out the outputs
        ];
        foreach ((long n, long c, long o, long h, long w) in sizes)
        {
            MemoryFormat format = channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
            Tensor x = Leaf(Tensor.Randn([n, c, h, w])), weight = Leaf(Tensor.Randn([o, c, 3, 3])), bias = Leaf(Tensor.Randn([o]));
            Tensor y = x.Conv2d(weight, bias, [1, 1], [1, 1], [1, 1], 1), dy = Tensor.Randn([n, o, h, w]);
            y.Backward(dy.To(DType.Float64));
            Tensor[] ours = wide
                ? Run<Lanes512>(Float(x), Float(weight).Contiguous(format), Float(bias), dy)
                : Run<Lanes256>(Float(x), Float(weight).Contiguous(format), Float(bias), dy);
            Assert.Equal(channelsLast || c == 1, ours[2].IsChannelsLast);
            AssertClose(y, ours[0]);
            AssertClose(x.Grad!, ours[1]);
            AssertClose(weight.Grad!, ours[2]);
            AssertClose(bias.Grad!, ours[3]);
        }
    }

    [Fact]
    public void A_gradient_may_come_in_any_order()
    {
        using TensorScope scope = new();
        using Conv2d layer = new(64, 64, 3);
        Tensor x = Tensor.Randn([1, 64, 32, 36]).To(MemoryFormat.ChannelsLast), dy = Tensor.Randn([1, 64, 36, 32]);
        Tensor first = Gradient(dy.Transpose(2, 3)), second = Gradient(dy.Transpose(2, 3).Contiguous(MemoryFormat.ChannelsLast));
        Assert.Equal(first.ToArray<float>(), second.ToArray<float>());
        Tensor sum = Leaf(x, DType.Float32), ones = Leaf(x, DType.Float32);
        layer.Forward(sum).Sum().Backward(); // one number, expanded
        layer.Forward(ones).Backward(Tensor.Ones([1, 64, 32, 36]));
        Assert.Equal(ones.Grad!.ToArray<float>(), sum.Grad!.ToArray<float>());

        Tensor Gradient(Tensor gradient)
        {
            Tensor leaf = Leaf(x, DType.Float32);
            layer.Forward(leaf).Backward(gradient);
            return leaf.Grad!;
        }
    }

    [Fact]
    public void Only_what_is_asked_for_gets_a_gradient()
    {
        using TensorScope scope = new();
        using Conv2d layer = new(64, 64, 3);
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

        using NoGrad none = new();
        Assert.False(layer.Forward(leaf).RequiresGrad);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        Assert.SkipUnless(OverrideableConvolution.IsSupported, "libtorch's own convolution promises no such thing");
        ThreadCounts.ChangeNothing(Compute);
    }

    private static float[] Compute() => [.. Compute(64, 96, 97, 83), .. Compute(384, 256, 15, 18)];

    private static float[] Compute(int inputs, int outputs, int height, int width)
    {
        TorchRuntime.Seed(1);
        using Conv2d layer = new(inputs, outputs, 3);
        Tensor x = Leaf(Tensor.Randn([2, inputs, height, width]).To(MemoryFormat.ChannelsLast), DType.Float32);
        Tensor y = layer.Forward(x);
        (y * y).Sum().Backward();
        return [.. y.ToArray<float>(), .. x.Grad!.ToArray<float>(), .. layer.Weight.Grad!.ToArray<float>()];
    }

    private static Tensor[] Run<T>(Tensor x, Tensor weight, Tensor bias, Tensor dy)
        where T : unmanaged, ILanes<T>
    {
        FloatTensor images = Own(x), kernels = Own(weight);
        FloatTensor y = WinogradOperator<T>.Forward(images, kernels, Own(bias));
        FloatTensor?[] gradients = WinogradOperator<T>.Backward(Own(dy), images, kernels, [true, true, true]);
        return [.. gradients.Prepend(y).Select(t => Tensor.Own(t!.Release()))];

        // The tensors' own handles: the scope frees them.
        static FloatTensor Own(Tensor tensor) => new(tensor.Handle);
    }

    private static Tensor Float(Tensor tensor) => tensor.Detach().To(DType.Float32);

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
