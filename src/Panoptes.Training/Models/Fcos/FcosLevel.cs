using Panoptes.Torch;

namespace Panoptes.Training.Models.Fcos;

/// <summary>What the head says of one pyramid level.</summary>
/// <param name="ClassLogits">[N, C, h, w], before the sigmoid.</param>
/// <param name="Distances">[N, 4, h, w]: left, top, right, bottom, in strides of the level, not negative.</param>
/// <param name="Centerness">[N, 1, h, w], before the sigmoid.</param>
/// <param name="BoxTower">[N, width, h, w]: the features the distances were predicted from.</param>
internal sealed record FcosLevel(Tensor ClassLogits, Tensor Distances, Tensor Centerness, Tensor BoxTower);
