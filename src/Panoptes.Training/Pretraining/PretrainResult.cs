namespace Panoptes.Training.Pretraining;

/// <summary>What a backbone learned.</summary>
/// <param name="Output">The file of the backbone; null after a linear probe, which leaves it as it is.</param>
/// <param name="Images">Images that it learned from.</param>
/// <param name="Classes">The classes' names, in the order of their numbers.</param>
/// <param name="ValidationImages">Images that it was measured on; 0 without.</param>
/// <param name="Top1">The part of these whose class came first, 0 to 1; null without images to measure on.</param>
/// <param name="Top5">The part of these whose class was among the first five.</param>
/// <param name="Seconds">Time of it all.</param>
public sealed record PretrainResult(
    string? Output, int Images, IReadOnlyList<string> Classes, int ValidationImages, double? Top1, double? Top5, double Seconds);
