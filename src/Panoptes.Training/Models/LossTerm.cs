using Panoptes.Torch;

namespace Panoptes.Training.Models;

/// <summary>One part of a training loss.</summary>
/// <param name="Name">Its name in logs, for example <c>class</c> or <c>mask</c>.</param>
/// <param name="Value">A scalar, already weighted; the parts of a loss are summed.</param>
internal readonly record struct LossTerm(string Name, Tensor Value);
