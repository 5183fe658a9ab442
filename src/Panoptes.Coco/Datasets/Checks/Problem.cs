namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A kind of problem, explained.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">What was found, in the plural: "boxes outside of their image".</param>
/// <param name="Effect">What it does to training or to AP, one sentence.</param>
/// <param name="Remedy">What a repair does about it, or what the user can do, one sentence.</param>
public sealed record Problem(ProblemKind Kind, ProblemSeverity Severity, string Title, string Effect, string Remedy);
