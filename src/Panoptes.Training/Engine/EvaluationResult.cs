using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>What an evaluation found.</summary>
/// <param name="Bbox">AP of the boxes.</param>
/// <param name="Segm">AP of the masks; detections count by their mask's area.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Detections">Everything that was predicted.</param>
/// <param name="Seconds">Where the time went.</param>
public sealed record EvaluationResult(
    ApResult Bbox, ApResult Segm, int Images, IReadOnlyList<CocoDetection> Detections, EvaluationSeconds Seconds)
{
    /// <summary>Panoptic quality; null for a model that finds only objects, or without panoptic ground truth.</summary>
    public PqResult? Panoptic { get; init; }

    /// <summary>True where the things' boxes, classes and queries were the annotated ones (the oracle).</summary>
    public bool WithTrueBoxes { get; init; }

    /// <summary>What the best model of a run is chosen by: panoptic quality where there is one, else AP of the masks.</summary>
    public double Score => Panoptic?.All.Pq ?? Segm.Ap;

    /// <summary>The figure that a configuration chooses the best model by.</summary>
    public double ScoreBy(BestFigure figure) => figure switch
    {
        BestFigure.SegmAp => Segm.Ap,
        BestFigure.SegmAp50 => Figures()["segm_AP50"],
        BestFigure.BboxAp => Bbox.Ap,
        _ => Score,
    };

    /// <summary>The overall figures by the names that metrics have, such as <c>panoptic_PQ</c>, <c>segm_AP</c>, <c>bbox_AP50</c>.</summary>
    public IReadOnlyDictionary<string, double> Figures()
    {
        Dictionary<string, double> figures = [];
        if (Panoptic is { } panoptic)
        {
            (figures["panoptic_PQ"], figures["panoptic_SQ"], figures["panoptic_RQ"]) = (panoptic.All.Pq, panoptic.All.Sq, panoptic.All.Rq);
            (figures["panoptic_PQth"], figures["panoptic_PQst"]) = (panoptic.Things.Pq, panoptic.Stuff.Pq);
            figures["panoptic_mIoU"] = panoptic.MeanIoU;
        }

        foreach ((string type, ApResult result) in new[] { ("segm", Segm), ("bbox", Bbox) })
        {
            foreach ((string name, double value) in result.Names.Zip(result.Stats))
            {
                figures[$"{type}_{name}"] = value;
            }
        }

        return figures;
    }
}
