using Panoptes.Torch.Kernels.Winograd;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Nn;

/// <summary>A two-dimensional convolution: [N, inputs, H, W] to [N, outputs, H', W'].</summary>
public sealed class Conv2d : Layer
{
    /// <summary>Makes a convolution, initialized as PyTorch does (Kaiming uniform with a = √5).</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="padding">Zeros around the input; null keeps the size at stride 1.</param>
    /// <param name="groups">Groups of channels convolved apart; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dilation">Step between the kernel's taps.</param>
    public Conv2d(
        int inputs, int outputs, int kernel, int stride = 1, int? padding = null, int groups = 1, bool bias = true, int dilation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % groups, 0, nameof(groups));
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs % groups, 0, nameof(groups));
        Stride = stride;
        Padding = padding ?? kernel / 2 * dilation;
        Groups = groups;
        Dilation = dilation;
        Weight = Parameter("weight", Tensor.Empty([outputs, inputs / groups, kernel, kernel]));
        Bias = bias ? Parameter("bias", Tensor.Zeros([outputs])) : null;
        Init.KaimingUniform(Weight, Math.Sqrt(5));
        if (Bias is not null)
        {
            double bound = 1 / Math.Sqrt((double)inputs / groups * kernel * kernel);
            Init.Uniform(Bias, -bound, bound);
        }
    }

    /// <summary>The kernel: [outputs, inputs / groups, k, k].</summary>
    public Tensor Weight { get; }

    /// <summary>The bias: [outputs], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>Step between outputs.</summary>
    public int Stride { get; }

    /// <summary>Zeros around the input.</summary>
    public int Padding { get; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>Step between the kernel's taps.</summary>
    public int Dilation { get; }

    /// <summary>
    /// The type that is computed in, float32 unless <see cref="Module.ComputeIn"/> sets another one; weights keep their own type.
    /// </summary>
    public DType ComputeType { get; internal set; } = DType.Float32;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, Weight, Bias);

    /// <summary>Convolves with other weights of the same shape, for example with a normalization folded in.</summary>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (ComputeType != DType.Float32)
        {
            (x, weight, bias) = (x.To(ComputeType), weight.To(ComputeType), bias?.To(ComputeType));
        }

        Func<Tensor>? other = Other(x, weight, bias);
        return other is null
            ? x.Conv2d(weight, bias, [Stride, Stride], [Padding, Padding], [Dilation, Dilation], Groups)
            : Tape.Composite(
                "aten::conv2d",
                [x, weight, bias, Pair(Stride), Pair(Padding), Pair(Dilation), (long)Groups],
                other);
    }

    private static long[] Pair(long value) => [value, value];

    // What computes the same as libtorch's convolution where that is slower or wrong; null where it is neither.
    private Func<Tensor>? Other(Tensor x, Tensor weight, Tensor? bias)
    {
        if (Stride == 1 && Padding == 1 && Dilation == 1 && Groups == 1 && WinogradConvolutions.IsFor(x, weight, bias))
        {
            return () => WinogradConvolutions.Forward(x, weight, bias);
        }

        // oneDNN (in libtorch 2.10, on AVX-512) writes beyond its scratch memory in the backward pass of such a convolution of 8 channels.
        // Every other pixel, convolved at stride 1, is the same.
        bool isPointwise = weight.Size(2) == 1 && weight.Size(3) == 1 && Padding == 0;
        return isPointwise && Stride > 1 && weight.Size(1) % 16 != 0
            ? () => x.Slice(2, step: Stride).Slice(3, step: Stride).Conv2d(weight, bias, [1, 1], [0, 0], [1, 1], Groups)
            : null;
    }
}
