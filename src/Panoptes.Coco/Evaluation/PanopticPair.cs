using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Evaluation;

/// <summary>An image's true and predicted segments, and what their comparison gave.</summary>
/// <param name="GroundTruth">The true segments.</param>
/// <param name="GroundTruthFolder">The folder of their PNG.</param>
/// <param name="Prediction">The predicted segments.</param>
/// <param name="PredictionFolder">The folder of their PNG.</param>
/// <param name="Image">The comparison.</param>
internal sealed record PanopticPair(
    PanopticAnnotation GroundTruth, string GroundTruthFolder, PanopticAnnotation Prediction, string PredictionFolder, PanopticImage Image)
{
    /// <summary>The true labels, read once more.</summary>
    public LabelMap LoadGroundTruth() => LabelMap.Load(DatasetPath.Resolve(GroundTruthFolder, GroundTruth.FileName));

    /// <summary>The predicted labels, read once more.</summary>
    public LabelMap LoadPrediction() => LabelMap.Load(DatasetPath.Resolve(PredictionFolder, Prediction.FileName));
}
