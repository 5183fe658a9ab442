using Panoptes.Inference;
using Panoptes.Torch;

namespace Panoptes.Training.Models.Fcos;

/// <summary>The raw outputs that a network of any method has.</summary>
/// <param name="Levels">FCOS's outputs of P3 to P7.</param>
/// <param name="SemanticLogits">[N, S + 1, H/4, W/4] of a semantic head next to the method's own; null without one.</param>
internal abstract record FcosOutput(IReadOnlyList<FcosLevel> Levels, Tensor? SemanticLogits = null)
{
    /// <summary>These outputs under the names of <see cref="OutputNames"/>; those of the method itself are not among them.</summary>
    public IEnumerable<(string Name, Tensor Map)> ByName()
    {
        for (int i = 0; i < Levels.Count; i++)
        {
            yield return (OutputNames.ClassLogits(i), Levels[i].ClassLogits);
            yield return (OutputNames.Box(i), Levels[i].Distances);
            yield return (OutputNames.Centerness(i), Levels[i].Centerness);
        }

        if (SemanticLogits is not null)
        {
            yield return (OutputNames.SemanticLogits, SemanticLogits);
        }
    }
}
