using Panoptes.Torch;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.MEInst;

/// <summary>The raw outputs of a MEInst network.</summary>
/// <param name="Levels">FCOS's outputs of P3 to P7.</param>
/// <param name="Coefficients">v̂ of each level: [N, D, h, w]; without encoding the logits of the square's pixels, D = size².</param>
internal sealed record MEInstOutput(IReadOnlyList<FcosLevel> Levels, IReadOnlyList<Tensor> Coefficients) : FcosOutput(Levels);
