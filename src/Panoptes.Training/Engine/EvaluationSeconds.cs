namespace Panoptes.Training.Engine;

/// <summary>Seconds of an evaluation by stage.</summary>
/// <param name="Load">Reading, decoding and resizing images.</param>
/// <param name="Network">The network.</param>
/// <param name="Post">From raw outputs to masks.</param>
public sealed record EvaluationSeconds(double Load, double Network, double Post);
