using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Tests.Export;

/// <summary>
/// Fresh heads compute next to nothing, and offsets of deformable convolutions nothing at all: a comparison must see every weight.
/// </summary>
internal static class ShakenWeights
{
    public static void Shake(Module model)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        foreach ((string name, Tensor value) in model.State())
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                Init.Uniform(value, 0.5, 1.5);
            }
            else if (value.DType == DType.Float32)
            {
                bool isOffset = name.Contains("offset", StringComparison.Ordinal);
                value.AddInPlace(Tensor.Randn(value.Shape) * (isOffset ? 0.01 : value.Rank == 4 ? 0.05 : 0.2));
            }
        }
    }
}
