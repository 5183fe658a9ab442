using Panoptes.Coco.Files;

namespace Panoptes.Training.Engine;

/// <summary>
/// What a model found in a share of an evaluation's images (<see cref="Evaluator.RunShard"/>); <see cref="Evaluator.Merge"/> makes the
/// result of them all.
/// </summary>
/// <param name="Detections">Everything that was predicted, in the images' order.</param>
/// <param name="MaxDetections">The most detections that the model gives an image.</param>
/// <param name="Seconds">Where the time went.</param>
public sealed record EvaluationPart(IReadOnlyList<CocoDetection> Detections, int MaxDetections, EvaluationSeconds Seconds)
{
    /// <summary>The comparisons with panoptic ground truth, as <see cref="Coco.Evaluation.PanopticScorer.ToBytes"/> writes them; null
    /// without.</summary>
    public byte[]? Comparisons { get; init; }

    /// <summary>True where the things' boxes, classes and queries were the annotated ones (the oracle).</summary>
    public bool WithTrueBoxes { get; init; }
}
