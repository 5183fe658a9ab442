using Panoptes.Testing.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

/// <summary>Deformable convolution against its other way, differences and the plain convolution; the parity tests ask torchvision.</summary>
public class DeformConv2dTests
{
    public static TheoryData<DeformCase> Cases =>
    [
        new DeformCase(1, 16, 8, 8, 16, 3, 3),
        new DeformCase(2, 6, 7, 9, 10, 3, 3) { Stride = [2, 1], Padding = [1, 0], Dilation = [1, 2], Groups = 2, OffsetGroups = 3 },
        new DeformCase(2, 6, 7, 9, 10, 3, 5)
        {
            Stride = [1, 2], Padding = [2, 1], Dilation = [2, 1], OffsetGroups = 2, Masked = false, Bias = false,
        },
        new DeformCase(3, 12, 1, 1, 8, 3, 3) { Groups = 4, OffsetGroups = 6, Spread = 0.5 },
        new DeformCase(1, 70, 33, 41, 50, 3, 3) { OffsetGroups = 2, Spread = 20 }, // most samples far outside
        new DeformCase(2, 96, 29, 31, 80, 3, 3) { Groups = 2, OffsetGroups = 4 }, // several chunks, slices within offset groups
        new DeformCase(1, 32, 11, 13, 64, 3, 3) { Groups = 32, Masked = false }, // one channel a group
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_ways_give_the_same_results_and_gradients(DeformCase @case)
    {
        using TensorScope scope = new();
        Tensor[] exact = Run(@case.Leaves(DType.Float64), @case, composed: true);
        Tensor[] fast = Run(@case.Leaves(DType.Float32), @case, composed: false);
        Tensor[] composed = Run(@case.Leaves(DType.Float32), @case, composed: true);
        for (int i = 0; i < exact.Length; i++)
        {
            AssertClose(exact[i], fast[i], 2e-5);
            AssertClose(exact[i], composed[i], 2e-5);
        }

        Assert.True(fast[0].IsChannelsLast || fast[0].Shape[2] * fast[0].Shape[3] == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_are_those_of_differences(bool masked)
    {
        DeformCase @case = new(2, 4, 4, 3, 4, 3, 3)
        {
            Stride = [2, 1],
            Padding = [1, 2],
            Dilation = [1, 2],
            Groups = 2,
            OffsetGroups = 2,
            Masked = masked,
            Spread = 1.5,
        };
        using TensorScope scope = new();
        Tensor?[] leaves = @case.Leaves(DType.Float64);
        GradientCheck.Verify(
            t => DeformConv2d.Convolve(t[0], t[1], masked ? t[4] : null, t[2], t[3], @case.Stride, @case.Padding, @case.Dilation),
            [.. new[] { leaves[0], leaves[1], leaves[3], leaves[4], leaves[2] }.OfType<Tensor>()]);
    }

    [Fact]
    public void Without_movement_it_is_the_plain_convolution()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        Tensor x = Tensor.Randn([2, 8, 9, 7]).To(MemoryFormat.ChannelsLast);
        foreach ((int stride, int dilation, int groups) in new[] { (1, 1, 1), (2, 1, 2), (1, 3, 4) })
        {
            using DeformConv2d first = new(8, 12, 3, stride, groups: groups, dilation: dilation, offsetGroups: 2, modulated: false);
            using DeformConv2d second = new(8, 12, 3, stride, groups: groups, dilation: dilation, bias: false);
            AssertClose(first.Convolution.Forward(x), first.Forward(x), 1e-5);
            AssertClose(second.Convolution.Forward(x) * 0.5, second.Forward(x), 1e-5); // Each mask is the sigmoid of 0.
        }
    }

    [Fact]
    public void Parameters_have_the_names_and_shapes_of_published_models()
    {
        using DeformConv2d second = new(8, 12, 3, offsetGroups: 2);
        Assert.Equal(
            ["offset.weight [54, 8, 3, 3]", "offset.bias [54]", "conv.weight [12, 8, 3, 3]", "conv.bias [12]"],
            second.State().Select(p => $"{p.Name} [{string.Join(", ", p.Value.Shape.ToArray())}]"));
        using DeformConv2d first = new(8, 12, 3, bias: false, modulated: false);
        Assert.Equal(["offset.weight", "offset.bias", "conv.weight"], first.State().Select(p => p.Name));
        Assert.Equal(18, first.Offset.Bias!.Shape[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeformConv2d(8, 12, 3, offsetGroups: 3));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing() => ThreadCounts.ChangeNothing(() =>
    {
        DeformCase @case = new(2, 160, 23, 29, 80, 3, 3) { OffsetGroups = 2 };
        return [.. Run(@case.Leaves(DType.Float32), @case, composed: false).SelectMany(t => t.Contiguous().ToArray<float>())];
    });

    [Fact]
    public void Only_what_is_asked_for_gets_a_gradient()
    {
        using TensorScope scope = new();
        DeformCase @case = new(1, 16, 8, 8, 16, 3, 3);
        for (int asked = 0; asked < 5; asked++)
        {
            foreach (bool composed in new[] { false, true })
            {
                Tensor[] leaves = [.. @case.Leaves(DType.Float32).OfType<Tensor>()];
                Tensor[] all = [.. @case.Leaves(DType.Float32).OfType<Tensor>()];
                Run(all, @case, composed);
                foreach (Tensor other in leaves)
                {
                    other.RequiresGrad = ReferenceEquals(other, leaves[asked]);
                }

                Convolve(leaves, @case, composed).Square().Sum().Backward();
                for (int i = 0; i < leaves.Length; i++)
                {
                    Assert.Equal(i == asked, leaves[i].Grad is not null);
                }

                AssertClose(all[asked].Grad!, leaves[asked].Grad!, 1e-6);
            }
        }

        using NoGrad none = new();
        Assert.False(Convolve(@case.Leaves(DType.Float32), @case, composed: false).RequiresGrad);
    }

    [Fact]
    public void Far_offsets_read_zeros_and_what_is_no_number_stays_none()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Ones([1, 16, 4, 4]), weight = Tensor.Ones([16, 16, 1, 1]);
        foreach (bool composed in new[] { false, true })
        {
            foreach (float far in new[] { 1e3f, -1e3f, 3e38f, float.PositiveInfinity, float.NegativeInfinity })
            {
                Assert.Equal(0, Sum(far).Abs().Max().ToDouble());
            }

            Assert.True(double.IsNaN(Sum(float.NaN).ToDouble()));

            Tensor Sum(float offset) =>
                DeformConv2d.Convolve(x, Tensor.Full([1, 2, 4, 4], offset), null, weight, null, default, default, default, composed).Sum();
        }
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_result()
    {
        using TensorScope scope = new();
        DeformCase @case = new(0, 16, 8, 8, 16, 3, 3);
        foreach (bool composed in new[] { false, true })
        {
            Tensor[] all = Run(@case.Leaves(DType.Float32), @case, composed);
            Assert.Equal([0, 16, 8, 8], all[0].Shape.ToArray());
            Assert.Equal(0, all[3].Abs().Sum().ToDouble()); // the kernel's gradient
        }
    }

    [Fact]
    public void Shapes_that_do_not_go_together_are_an_error_that_names_them()
    {
        long before = Tensor.LiveCount;
        using (new TensorScope())
        {
            Tensor x = Tensor.Ones([1, 4, 5, 5]), weight = Tensor.Ones([4, 4, 3, 3]), offset = Tensor.Zeros([1, 18, 3, 3]);
            Assert.Equal([1, 4, 3, 3], DeformConv2d.Convolve(x, offset, null, weight).Shape.ToArray());
            Fails("offset has the output's places", () => DeformConv2d.Convolve(x, offset, null, weight, padding: [1, 1]));
            Fails("offset has two channels", () => DeformConv2d.Convolve(x, Tensor.Zeros([1, 9, 3, 3]), null, weight));
            Fails("mask has a channel", () => DeformConv2d.Convolve(x, offset, offset, weight));
            Fails("weight's second size", () => DeformConv2d.Convolve(x, offset, null, Tensor.Ones([4, 3, 3, 3])));
            Fails("bias has a number", () => DeformConv2d.Convolve(x, offset, null, weight, Tensor.Ones([3])));
            Fails("the kernel is not larger", () => DeformConv2d.Convolve(x, offset, null, weight, dilation: [3, 3]));
            Fails("steps and kernel", () => DeformConv2d.Convolve(x, offset, null, weight, stride: [0, 1]));
            Assert.Throws<ArgumentOutOfRangeException>(() => DeformConv2d.Convolve(x, offset, null, weight, stride: [1]));
        }

        Assert.Equal(before, Tensor.LiveCount);

        static void Fails(string message, Func<Tensor> function) =>
            Assert.Contains(message, Assert.Throws<TorchException>(function).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.LiveCount;
        DeformConv2d layer = new(16, 16, 3);
        long made = Tensor.LiveCount;
        for (int i = 0; i < 5; i++)
        {
            using TensorScope step = new();
            layer.Forward(Tensor.Randn([1, 16, 8, 8])).Sum().Backward();
        }

        Assert.Equal(made, Tensor.LiveCount);
        layer.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    // The result and the gradients of x, offset, mask, weight and bias, as far as there are any.
    private static Tensor[] Run(Tensor?[] leaves, DeformCase @case, bool composed)
    {
        Tensor y = Convolve(leaves, @case, composed);
        y.Square().Sum().Backward();
        return [y.Detach(), .. leaves.OfType<Tensor>().Select(leaf => leaf.Grad!)];
    }

    private static Tensor Convolve(Tensor?[] leaves, DeformCase @case, bool composed) => DeformConv2d.Convolve(
        leaves[0]!, leaves[1]!, leaves[2], leaves[3]!, leaves[4], @case.Stride, @case.Padding, @case.Dilation, composed);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        using NoGrad noGrad = new();
        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
        double largest = expected.To(DType.Float64).Abs().Max().ToDouble();
        double difference = (expected.To(DType.Float64) - actual.To(DType.Float64)).Abs().Max().ToDouble();
        Assert.InRange(difference, 0, tolerance * (1e-3 + largest));
    }
}
