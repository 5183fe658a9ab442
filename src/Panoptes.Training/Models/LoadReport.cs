namespace Panoptes.Training.Models;

/// <summary>What became of a weight file.</summary>
/// <param name="Names">Tensors of the network taken over.</param>
/// <param name="Missing">Tensors of the network that keep their initial values, with the reason.</param>
/// <param name="Unused">Tensors of the file that the network has no place for.</param>
internal sealed record LoadReport(IReadOnlyList<string> Names, IReadOnlyList<string> Missing, IReadOnlyList<string> Unused)
{
    /// <summary>How many tensors were taken over.</summary>
    public int Loaded => Names.Count;
}
