using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>
/// What is wrong with a model: average precision, and behind it what each kind of error costs, which classes are taken for which, whether
/// scores can be believed, and the worst errors to look at.
/// </summary>
public sealed class InstanceAnalysis
{
    /// <summary>Looks into what was matched already.</summary>
    public InstanceAnalysis(ApResult ap, Matching matching, AnalysisOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ap);
        ArgumentNullException.ThrowIfNull(matching);
        options ??= new AnalysisOptions();
        options.Validate(ap.Options);
        Options = options;
        Ap = ap;
        FoundErrors errors = new(matching, options.BackgroundIou);
        double confusionScore = options.ConfusionScore ?? ScoreThreshold.Of(ap, highest: 0.95);
        ConfusionMatrix confusion = new([.. ap.Classes.Select(c => c.Name)], confusionScore);
        ImageGroups places = new(matching.Detections.Image, matching.Images.Length);
        ImageGroups objects = new(matching.Objects.Image, matching.Images.Length);
        Parallel.For(0, matching.Images.Length, image =>
        {
            ImageOverlaps overlaps = ImageOverlaps.Of(matching, image, places[image], objects[image]);
            errors.Add(overlaps);
            confusion.Add(matching, overlaps);
        });
        Errors = ErrorCosts.Measure(matching, errors);
        Confusion = confusion;
        Calibration = Calibration.Of(matching);
        WorstCases = new WorstCases(matching, errors).Pick(options.WorstOfEachKind);
        Images = matching.Images.Length;
    }

    /// <summary>How it was looked into.</summary>
    public AnalysisOptions Options { get; }

    /// <summary>Average precision and recall.</summary>
    public ApResult Ap { get; }

    /// <summary>What each kind of error costs.</summary>
    public ErrorBreakdown Errors { get; }

    /// <summary>Which classes are taken for which.</summary>
    internal ConfusionMatrix Confusion { get; }

    /// <summary>Whether scores are what they say.</summary>
    internal Calibration Calibration { get; }

    /// <summary>The worst errors of each kind: false alarms with the highest scores, and the largest missed objects.</summary>
    internal IReadOnlyList<ErrorCase> WorstCases { get; }

    /// <summary>The images that were compared.</summary>
    public int Images { get; }

    /// <summary>Compares two files and looks into what is wrong.</summary>
    /// <param name="groundTruthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How to look into it; null for the defaults.</param>
    /// <exception cref="InputException">
    /// A file is missing or malformed, the two do not belong together, or an option makes no sense.
    /// </exception>
    public static InstanceAnalysis Run(
        string groundTruthPath, string detectionsPath, ApOptions? measure = null, AnalysisOptions? options = null)
    {
        (ApResult result, Matching matching) = AveragePrecision.Match(
            groundTruthPath, detectionsPath, measure, limits: null, CancellationToken.None);
        return new InstanceAnalysis(result, matching, options);
    }

    /// <summary>Compares detections with ground truth and looks into what is wrong.</summary>
    /// <param name="groundTruth">The dataset; loaded with masks if masks are to be compared.</param>
    /// <param name="detections">The detections.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How to look into it; null for the defaults.</param>
    /// <exception cref="InputException">The two do not belong together, or an option makes no sense.</exception>
    public static InstanceAnalysis Run(
        InstanceDataset groundTruth, IReadOnlyList<CocoDetection> detections, ApOptions? measure = null, AnalysisOptions? options = null)
    {
        (ApResult result, Matching matching) = new AveragePrecision(groundTruth, measure).Match(detections);
        return new InstanceAnalysis(result, matching, options);
    }
}
