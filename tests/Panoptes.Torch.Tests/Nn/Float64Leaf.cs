namespace Panoptes.Torch.Tests.Nn;

/// <summary>The same values in double precision, to compute what single precision is compared with.</summary>
internal static class Float64Leaf
{
    /// <summary>A leaf with a gradient of its own, in the order of its dimensions.</summary>
    public static Tensor Of(Tensor value)
    {
        Tensor leaf = value.Detach().To(DType.Float64).Contiguous();
        leaf.RequiresGrad = true;
        return leaf;
    }
}
