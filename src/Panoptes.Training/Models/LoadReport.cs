namespace Panoptes.Training.Models;

/// <summary>What became of a weight file.</summary>
/// <param name="Loaded">Tensors taken over.</param>
/// <param name="Missing">Tensors of the network that keep their initial values, with the reason.</param>
/// <param name="Unused">Tensors of the file that the network has no place for.</param>
internal sealed record LoadReport(int Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Unused);
