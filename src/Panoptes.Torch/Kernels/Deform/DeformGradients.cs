namespace Panoptes.Torch.Kernels.Deform;

/// <summary>Where the gradients of a deformable convolution go, laid out like what they belong to; null: not wanted.</summary>
internal readonly unsafe struct DeformGradients
{
    public float* X { get; init; }

    public float* Offset { get; init; }

    public float* Mask { get; init; }

    public float* Weight { get; init; }

    /// <summary>Whether the samples' places or factors get a gradient.</summary>
    public bool Moves => Offset != null || Mask != null;

    /// <summary>Whether the gradient of the columns is needed.</summary>
    public bool Columns => X != null || Moves;
}
