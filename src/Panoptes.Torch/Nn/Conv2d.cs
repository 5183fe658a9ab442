using Panoptes.Torch.Interop;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Nn;

/// <summary>A two-dimensional convolution: [N, inputs, H, W] to [N, outputs, H', W'].</summary>
public sealed class Conv2d : Layer
{
    /// <summary>Makes a convolution, initialised as PyTorch does (Kaiming uniform with a = √5).</summary>
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

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, Weight, Bias);

    /// <summary>Convolves with other weights of the same shape, for example with a normalisation folded in.</summary>
    /// <remarks>
    /// A kernel of 3x3 at stride 1 goes the way of native/src/winograd.cpp where that can take it: a quarter of the work.
    /// </remarks>
    public unsafe Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        nint result = 0;
        if (Stride == 1 && Padding == 1 && Groups == 1 && Dilation == 1)
        {
            Native.Check(Native.Convolve3x3(x.Handle, weight.Handle, bias?.Handle ?? 0, &result));
            GC.KeepAlive(x);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
        }

        if (result == 0)
        {
            return x.Conv2d(weight, bias, [Stride, Stride], [Padding, Padding], [Dilation, Dilation], Groups);
        }

        var y = Tensor.Own(result);
        Tape.Current?.Record("aten::conv2d", [x, weight, bias, new[] { 1L, 1 }, new[] { 1L, 1 }, new[] { 1L, 1 }, 1L], y);
        return y;
    }
}
