namespace Panoptes.Torch.Kernels.Deform;

/// <summary>Deformable convolutions with gradients, by our kernels: float32 on the CPU.</summary>
internal static class DeformConvolution
{
    /// <summary>Whether our kernels can take these tensors.</summary>
    public static bool IsFor(params ReadOnlySpan<Tensor?> tensors)
    {
        foreach (Tensor? tensor in tensors)
        {
            if (tensor is not null && (tensor.DType != DType.Float32 || tensor.Device.Type != DeviceType.Cpu))
            {
                return false;
            }
        }

        return OverrideableConvolution.IsSupported;
    }

    /// <summary>[N, outputs, H', W'], channels last.</summary>
    public static Tensor Forward(DeformGeometry g, Tensor x, Tensor offset, Tensor? mask, Tensor weight, Tensor? bias)
    {
        DeformWanted wanted = (weight.RequiresGrad ? DeformWanted.Weight : 0) | (offset.RequiresGrad ? DeformWanted.Offset : 0)
            | (mask is { RequiresGrad: true } ? DeformWanted.Mask : 0);
        Tensor[] parts = mask is null ? [weight.Reshape([-1]), Flat(offset)] : [weight.Reshape([-1]), Flat(offset), Flat(mask)];
        return OverrideableConvolution.Call(
            x.Contiguous(MemoryFormat.ChannelsLast), Tensor.Cat(parts), bias?.Contiguous(),
            [g.StrideY, g.StrideX], [g.PaddingY, g.PaddingX], [g.DilationY, g.DilationX],
            [g.KernelHeight, g.KernelWidth, g.Outputs, g.OffsetGroups, mask is null ? 0 : 1, (long)wanted], g.Groups);
    }

    private static Tensor Flat(Tensor images) => images.Permute([0, 2, 3, 1]).Reshape([-1]);
}
