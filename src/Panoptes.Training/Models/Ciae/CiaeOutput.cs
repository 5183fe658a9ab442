using Panoptes.Torch;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The raw outputs of a CIAE network.</summary>
/// <param name="Levels">FCOS's outputs of P3 to P7.</param>
/// <param name="Embedding">P' + P'': [N, D, H/4, W/4], neither enlarged nor normalized.</param>
/// <param name="SemanticLogits">[N, S + 1, H/4, W/4] of a separate semantic head; null without one.</param>
internal sealed record CiaeOutput(IReadOnlyList<FcosLevel> Levels, Tensor Embedding, Tensor? SemanticLogits)
    : FcosOutput(Levels, SemanticLogits);
