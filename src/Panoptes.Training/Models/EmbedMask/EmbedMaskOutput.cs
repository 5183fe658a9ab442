using Panoptes.Torch;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>The raw outputs of an EmbedMask network.</summary>
/// <param name="Levels">FCOS's outputs of P3 to P7.</param>
/// <param name="ProposalEmbeddings">q of each level: [N, D, h, w]; empty when cluster centers come from pixels.</param>
/// <param name="Margins">m = 1 / (2σ²) of each level: [N, 1 or D, h, w]; empty when the margin is constant.</param>
/// <param name="PixelEmbedding">p: [N, D, H/8, W/8].</param>
internal sealed record EmbedMaskOutput(
    IReadOnlyList<FcosLevel> Levels,
    IReadOnlyList<Tensor> ProposalEmbeddings,
    IReadOnlyList<Tensor> Margins,
    Tensor PixelEmbedding)
    : FcosOutput(Levels);
