namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>Convolutions of 3x3 at stride 1 with one row of zeros around that our kernels compute, with gradients.</summary>
internal static class WinogradConvolutions
{
    private const long FewTiles = 24;  // With fewer, transforming the kernel costs more than it saves;
    private const long Narrow = 32;    // with fewer channels, transforming the tiles does.

    /// <summary>Whether our kernels can take these tensors and are faster than libtorch's convolution.</summary>
    /// <param name="x">[N, inputs, H, W].</param>
    /// <param name="weight">[outputs, inputs, 3, 3].</param>
    /// <param name="bias">[outputs], or null.</param>
    public static bool IsFor(Tensor x, Tensor weight, Tensor? bias)
    {
        if (!OverrideableConvolution.IsSupported || x.Rank != 4 || weight.Rank != 4)
        {
            return false;
        }

        ReadOnlySpan<long> image = x.Shape, kernel = weight.Shape;
        return kernel[2] == 3 && kernel[3] == 3 && kernel[1] == image[1] && kernel[0] % 16 == 0 && kernel[1] % 16 == 0
            && Math.Min(kernel[0], kernel[1]) >= Narrow && image[0] * ((image[2] + 3) / 4) * ((image[3] + 3) / 4) >= FewTiles
            && x.IsChannelsLast && IsFloat(x) && IsFloat(weight)
            && (bias is null || (IsFloat(bias) && bias.IsContiguous && bias.Rank == 1 && bias.Count == kernel[0]));
    }

    /// <summary>The convolution, channels last.</summary>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias) =>
        OverrideableConvolution.Call(x, weight, bias, [1, 1], [1, 1], [1, 1], [0, 0], 1);

    private static bool IsFloat(Tensor tensor) => tensor.DType == DType.Float32 && tensor.Device.Type == DeviceType.Cpu;
}
