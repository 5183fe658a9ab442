using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.Semantic;

/// <summary>Doubles height and width, bilinearly (align_corners = false).</summary>
internal sealed class BilinearUpsample : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.UpsampleBilinear2d(default, false, [2, 2]);
}
