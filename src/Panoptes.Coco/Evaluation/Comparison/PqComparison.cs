using Panoptes.Coco.Evaluation.Analysis;

namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>Compares two panoptic results: PQ, SQ and RQ, PQ of things and of stuff, mean IoU, and PQ of each class.</summary>
public static class PqComparison
{
    private static readonly string[] s_names = ["PQ", "SQ", "RQ", "PQ things", "PQ stuff", "mIoU"];

    /// <summary>Compares two results with the same ground truth.</summary>
    /// <param name="predictions">One of them.</param>
    /// <param name="baseline">The one that it is compared with.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The two do not have the same ground truth, or an option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ResultComparison Run(
        PanopticAnalysis predictions,
        PanopticAnalysis baseline,
        BootstrapOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(predictions);
        return Run(predictions.Matching, baseline.Matching, options, cancellationToken);
    }

    /// <summary>Compares what was matched already.</summary>
    /// <inheritdoc cref="Run(PanopticAnalysis, PanopticAnalysis, BootstrapOptions, CancellationToken)"/>
    public static ResultComparison Run(
        PanopticMatching predictions, PanopticMatching baseline, BootstrapOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(predictions);
        if (!predictions.Pairs.Select(p => p.GroundTruth.ImageId).SequenceEqual(baseline.Pairs.Select(p => p.GroundTruth.ImageId)))
        {
            throw InputException.ForSetting(null, "two results can be compared only on the same ground truth, but the images differ.");
        }

        return Bootstrap.Compare(
            s_names,
            [.. predictions.Categories.Select(c => c.Name)],
            predictions.Pairs.Count,
            () => weights => Figures(predictions.Sum(weights)),
            () => weights => Figures(baseline.Sum(weights)),
            options,
            null,
            cancellationToken);
    }

    private static double[] Figures(PqClass[] classes)
    {
        // A figure of no class is undefined, not 0: images drawn without a thing say nothing about things.
        PqResult result = new(0, classes, [], 0);
        return
        [
            Defined(result.All, result.All.Pq), Defined(result.All, result.All.Sq), Defined(result.All, result.All.Rq),
            Defined(result.Things, result.Things.Pq), Defined(result.Stuff, result.Stuff.Pq),
            classes.Any(c => c.PixelIoU is not null) ? result.MeanIoU : double.NaN,
            .. classes.Select(c => c.Occurs ? c.Pq : double.NaN),
        ];

        static double Defined(PqFigures figures, double value) => figures.Classes > 0 ? value : double.NaN;
    }
}
