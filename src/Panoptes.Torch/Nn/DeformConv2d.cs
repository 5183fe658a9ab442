using Panoptes.Torch.Kernels.Deform;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Nn;

/// <summary>
/// A deformable convolution: [N, inputs, H, W] to [N, outputs, H', W']. Each tap of the kernel reads its input at a place of its own
/// between the pixels, which a second convolution, <c>offset</c>, tells for each output.
/// </summary>
/// <remarks>
/// Version 1: Dai et al., "Deformable Convolutional Networks", arXiv 1703.06211, equations 2 to 4. Version 2 weighs every tap by a mask
/// between 0 and 1: Zhu et al., "Deformable ConvNets v2", arXiv 1811.11168, equation 1. The parameters are <c>offset.weight</c>,
/// <c>offset.bias</c>, <c>conv.weight</c> and <c>conv.bias</c>, and their channels lie as in detectron2 and torchvision: first the offsets,
/// (dy, dx) side by side for each tap, then, in version 2, the masks before their sigmoid. The offsets' parameters begin as zeros: the
/// layer begins as the plain convolution in version 1, and as half of it in version 2, whose masks begin as 1/2.
/// </remarks>
public sealed class DeformConv2d : Layer
{
    private readonly int _offsets;

    /// <summary>Makes the layer; the kernel itself is initialized as that of <see cref="Conv2d"/>.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="padding">Zeros around the input; null keeps the size at stride 1.</param>
    /// <param name="groups">Groups of channels convolved apart; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dilation">Step between the kernel's taps.</param>
    /// <param name="offsetGroups">Groups of input channels that move apart; divides <paramref name="inputs"/>.</param>
    /// <param name="modulated">Whether taps are weighed by masks: version 2. Version 1 otherwise.</param>
    public DeformConv2d(
        int inputs,
        int outputs,
        int kernel,
        int stride = 1,
        int? padding = null,
        int groups = 1,
        bool bias = true,
        int dilation = 1,
        int offsetGroups = 1,
        bool modulated = true)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % offsetGroups, 0, nameof(offsetGroups));
        IsModulated = modulated;
        OffsetGroups = offsetGroups;
        _offsets = 2 * kernel * kernel * offsetGroups;
        int channels = modulated ? _offsets / 2 * 3 : _offsets;
        Offset = Child("offset", new Conv2d(inputs, channels, kernel, stride, padding, dilation: dilation));
        Convolution = Child("conv", new Conv2d(inputs, outputs, kernel, stride, padding, groups, bias, dilation));
        Init.Constant(Offset.Weight, 0);
        Init.Constant(Offset.Bias!, 0);
    }

    /// <summary>
    /// The convolution that tells the offsets, and in version 2 the masks: its outputs are 2 · k² · <see cref="OffsetGroups"/> channels, or
    /// 3 · k² · <see cref="OffsetGroups"/>.
    /// </summary>
    public Conv2d Offset { get; }

    /// <summary>Kernel, bias and steps; its own <see cref="Conv2d.Forward(Tensor)"/> would be the plain convolution.</summary>
    public Conv2d Convolution { get; }

    /// <summary>Groups of input channels that move apart.</summary>
    public int OffsetGroups { get; }

    /// <summary>Whether taps are weighed by masks: version 2.</summary>
    public bool IsModulated { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, Convolution.Weight, Convolution.Bias);

    /// <summary>Convolves with another kernel of the same shape, for example with a normalization folded in.</summary>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        Tensor moves = Offset.Forward(x);
        Tensor offset = IsModulated ? moves.Narrow(1, 0, _offsets) : moves;
        Tensor? mask = IsModulated ? moves.Narrow(1, _offsets, _offsets / 2).Sigmoid() : null;
        (int stride, int padding, int dilation) = (Convolution.Stride, Convolution.Padding, Convolution.Dilation);
        return Convolve(x, offset, mask, weight, bias, [stride, stride], [padding, padding], [dilation, dilation]);
    }

    /// <summary>
    /// Convolves with given offsets; the same as torchvision.ops.deform_conv2d. With n = i · kw + j, the tap of row i and column j reads,
    /// for the output at (h, w), y = h · stride − padding + i · dilation + offset[2n] and x likewise with offset[2n + 1]: bilinear
    /// interpolation of the four pixels around, of which those outside of the image are 0.
    /// </summary>
    /// <param name="x">The input: [N, C, H, W].</param>
    /// <param name="offset">[N, g · kh · kw · 2, H', W'], in pixels, for g groups of input channels that move apart.</param>
    /// <param name="mask">Factors of the taps, [N, g · kh · kw, H', W'], or null for version 1.</param>
    /// <param name="weight">The kernel: [outputs, C / groups, kh, kw]; its second size tells the groups.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">Step between outputs in y and x; nothing given: 1.</param>
    /// <param name="padding">Zeros around the input in y and x; nothing given: 0.</param>
    /// <param name="dilation">Step between taps in y and x; nothing given: 1.</param>
    /// <returns>[N, outputs, H', W'], of the input's type, channels last. Numbers of 16 bits are computed with in 32.</returns>
    /// <remarks>
    /// Float32 on the CPU goes to our own kernels (see <see cref="Kernels.OverrideableConvolution"/>), fastest where the input's channels
    /// lie side by side (<see cref="MemoryFormat.ChannelsLast"/>), which do not keep the columns of sampled inputs; everything else to
    /// libtorch's operators, which do.
    /// </remarks>
    /// <exception cref="TorchException">The shapes do not go together.</exception>
    public static Tensor Convolve(
        Tensor x,
        Tensor offset,
        Tensor? mask,
        Tensor weight,
        Tensor? bias = null,
        ReadOnlySpan<long> stride = default,
        ReadOnlySpan<long> padding = default,
        ReadOnlySpan<long> dilation = default) => Convolve(x, offset, mask, weight, bias, stride, padding, dilation, composed: false);

    /// <summary>The same, made only of libtorch's operators where <paramref name="composed"/> is set.</summary>
    internal static Tensor Convolve(
        Tensor x,
        Tensor offset,
        Tensor? mask,
        Tensor weight,
        Tensor? bias,
        ReadOnlySpan<long> stride,
        ReadOnlySpan<long> padding,
        ReadOnlySpan<long> dilation,
        bool composed)
    {
        Span<long> steps = [1, 1, 0, 0, 1, 1];
        Put(stride, steps[..2], nameof(stride));
        Put(padding, steps[2..4], nameof(padding));
        Put(dilation, steps[4..], nameof(dilation));
        DeformGeometry geometry = DeformShapes.Read(x, offset, mask, weight, bias, steps);
        DType type = x.DType == DType.Float64 ? DType.Float64 : DType.Float32;
        return Tape.Composite(
            "torchvision::deform_conv2d",
            [x, weight, offset, mask, bias, steps[..2].ToArray(), steps[2..4].ToArray(), steps[4..].ToArray()],
            () =>
            {
                Tensor?[] all = [.. new[] { x, offset, mask, weight, bias }.Select(t => t is null || t.DType == type ? t : t.To(type))];
                Tensor y = !composed && DeformConvolution.IsFor(all)
                    ? DeformConvolution.Forward(geometry, all[0]!, all[1]!, all[2], all[3]!, all[4])
                    : ComposedDeformConvolution.Forward(geometry, all[0]!, all[1]!, all[2], all[3]!, all[4]);
                return x.DType == type ? y : y.To(x.DType);
            });
    }

    private static void Put(ReadOnlySpan<long> given, Span<long> target, string name)
    {
        if (given.Length != 0)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(given.Length, 2, name);
            given.CopyTo(target);
        }
    }
}
