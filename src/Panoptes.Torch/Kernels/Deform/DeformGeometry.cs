namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// Sizes and steps of a deformable convolution (Dai et al., arXiv 1703.06211; with masks Zhu et al., arXiv 1811.11168): each tap of the
/// kernel reads its input at a place of its own, between the pixels, y(p) = bias + sum over taps n of W_n · m_n(p) x(p · stride − padding +
/// n · dilation + offset_n(p)), where x between four pixels is their bilinear interpolation, and 0 outside of the image. A place is an
/// output pixel of any of the images, counted row by row.
/// </summary>
internal sealed record DeformGeometry(
    int Images,
    int Channels,
    int Height,
    int Width,
    int Outputs,
    int KernelHeight,
    int KernelWidth,
    int StrideY,
    int StrideX,
    int PaddingY,
    int PaddingX,
    int DilationY,
    int DilationX,
    int Groups,
    int OffsetGroups)
{
    public int OutHeight { get; } = OutSize(Height, KernelHeight, StrideY, PaddingY, DilationY);

    public int OutWidth { get; } = OutSize(Width, KernelWidth, StrideX, PaddingX, DilationX);

    public int Taps => KernelHeight * KernelWidth;

    public int Places => Images * OutHeight * OutWidth;

    public int GroupChannels => Channels / Groups;

    public int GroupOutputs => Outputs / Groups;

    public int OffsetChannels => Channels / OffsetGroups;

    /// <summary>Samples that a place reads: [offset group][tap].</summary>
    public int Samples => OffsetGroups * Taps;

    /// <summary>Numbers that a place reads for one group of the kernel: [tap][channel].</summary>
    public int Columns => Taps * GroupChannels;

    public long WeightCount => (long)Outputs * Columns;

    public long OffsetCount => (long)Places * Samples * 2;

    public long MaskCount => (long)Places * Samples;

    private static int OutSize(int size, int kernel, int stride, int padding, int dilation) =>
        ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;
}
