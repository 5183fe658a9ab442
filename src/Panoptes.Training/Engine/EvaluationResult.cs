using Panoptes.Coco;
using Panoptes.Evaluation;

namespace Panoptes.Training.Engine;

/// <summary>What an evaluation found.</summary>
/// <param name="Bbox">AP of the boxes.</param>
/// <param name="Segm">AP of the masks; detections count by their mask's area.</param>
/// <param name="Images">Number of pictures.</param>
/// <param name="Detections">Everything that was predicted.</param>
/// <param name="Seconds">Where the time went.</param>
public sealed record EvaluationResult(
    ApResult Bbox, ApResult Segm, int Images, IReadOnlyList<CocoDetection> Detections, EvaluationSeconds Seconds);
