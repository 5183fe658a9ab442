namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>
/// Two results for the same images, and how far their difference may be chance: images are drawn with replacement, both are measured on
/// them, again and again. Since both see the same images each time, differences are told that are much smaller than the figures' own
/// spread.
/// </summary>
/// <param name="Figures">The overall figures.</param>
/// <param name="Classes">The main figure of each class, by ascending category id.</param>
/// <param name="Options">How it was measured.</param>
public sealed record ResultComparison(
    IReadOnlyList<FigureDifference> Figures, IReadOnlyList<FigureDifference> Classes, BootstrapOptions Options);
