using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>
/// Compares the average precision of two results: AP, AP at IoU 0.50 and 0.75 where they are thresholds, AP by size, and AP of each class.
/// </summary>
public static class ApComparison
{
    /// <summary>Compares two results files.</summary>
    /// <param name="groundTruthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="baselinePath">The results JSON that it is compared with.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <param name="progress">Told how many samples are drawn; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">
    /// A file is missing or malformed, the files do not belong together, or an option makes no sense.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ResultComparison Run(
        string groundTruthPath,
        string detectionsPath,
        string baselinePath,
        ApOptions? measure = null,
        BootstrapOptions? options = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default) => Run(
            AveragePrecision.Match(groundTruthPath, detectionsPath, measure, limits: null, cancellationToken).Matching,
            AveragePrecision.Match(groundTruthPath, baselinePath, measure, limits: null, cancellationToken).Matching,
            options,
            progress,
            cancellationToken);

    /// <summary>Compares two lists of detections.</summary>
    /// <param name="groundTruth">The dataset; loaded with masks if masks are to be compared.</param>
    /// <param name="detections">Detections.</param>
    /// <param name="baseline">The detections that they are compared with.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <exception cref="InputException">They do not belong together, or an option makes no sense.</exception>
    public static ResultComparison Run(
        InstanceDataset groundTruth,
        IReadOnlyList<CocoDetection> detections,
        IReadOnlyList<CocoDetection> baseline,
        ApOptions? measure = null,
        BootstrapOptions? options = null)
    {
        AveragePrecision ap = new(groundTruth, measure);
        return Run(ap.Match(detections).Matching, ap.Match(baseline).Matching, options, null, CancellationToken.None);
    }

    /// <summary>Compares what was matched already, both with the same ground truth and options.</summary>
    public static ResultComparison Run(
        Matching detections,
        Matching baseline,
        BootstrapOptions? options,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ApFigures figures = new(detections.Options, detections.ClassCount);
        return Bootstrap.Compare(
            figures.Names,
            detections.Options.UseCategories ? [.. detections.Categories.Select(c => c.Name)] : ["all"],
            detections.Images.Length,
            Measure(detections, figures),
            Measure(baseline, figures),
            options,
            progress,
            cancellationToken);
    }

    private static Func<Bootstrap.Measure> Measure(Matching matching, ApFigures figures)
    {
        WeightedAp weighted = new(matching);
        return () =>
        {
            double[] ap = new double[figures.Cells];
            PrecisionCurve[] curves = weighted.CreateCurves();
            return weights =>
            {
                weighted.Measure(weights, ap, curves);
                return figures.Of(ap);
            };
        };
    }
}
