using Panoptes.Coco;
using Panoptes.Imaging;

namespace Panoptes.Evaluation;

/// <summary>An image's true and predicted segments, and what their comparison gave.</summary>
/// <param name="Truth">The true segments.</param>
/// <param name="TruthFolder">The folder of their PNG.</param>
/// <param name="Prediction">The predicted segments.</param>
/// <param name="PredictionFolder">The folder of their PNG.</param>
/// <param name="Image">The comparison.</param>
internal sealed record PanopticPair(
    PanopticAnnotation Truth, string TruthFolder, PanopticAnnotation Prediction, string PredictionFolder, PanopticImage Image)
{
    /// <summary>The true labels, read once more.</summary>
    public LabelMap LoadTruth() => LabelMap.Load(Path.Combine(TruthFolder, Truth.FileName));

    /// <summary>The predicted labels, read once more.</summary>
    public LabelMap LoadPrediction() => LabelMap.Load(Path.Combine(PredictionFolder, Prediction.FileName));
}
