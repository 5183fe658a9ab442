namespace Panoptes.Torch.Kernels.Deform;

/// <summary>Which parts of the packed tensor of <see cref="DeformOperator{T}"/> get a gradient.</summary>
[Flags]
internal enum DeformWanted
{
    None = 0,
    Weight = 1,
    Offset = 2,
    Mask = 4,
}
