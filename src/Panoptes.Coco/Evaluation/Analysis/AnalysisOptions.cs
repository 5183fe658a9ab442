namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>How results are looked into; the defaults are TIDE's and those of a page that is read by people.</summary>
public sealed record AnalysisOptions
{
    /// <summary>The IoU up to which a detection lies on the background, in [0, 1) (TIDE's t_b). Default: 0.1.</summary>
    public double BackgroundIou { get; init; } = 0.1;

    /// <summary>
    /// The score from which detections are part of the confusion matrix, in [0, 1]; null (default) takes the one at which precision and
    /// recall balance best.
    /// </summary>
    public double? ConfusionScore { get; init; }

    /// <summary>How many of the worst errors of each kind are kept to look at, 0 or more. Default: 6.</summary>
    public int WorstOfEachKind { get; init; } = 6;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InputException">They do not; the message names the option and what is allowed.</exception>
    internal void Validate(ApOptions measured)
    {
        double foreground = measured.IouThresholds[0];
        if (!(BackgroundIou >= 0 && BackgroundIou < foreground))
        {
            throw InputException.ForSetting(
                null,
                $"{nameof(BackgroundIou)} is {BackgroundIou}; it must be 0 or more and less than the first IoU threshold, {foreground}.");
        }

        if (ConfusionScore is < 0 or > 1 or double.NaN)
        {
            throw InputException.ForSetting(null, $"{nameof(ConfusionScore)} is {ConfusionScore}; it must be in [0, 1].");
        }

        if (WorstOfEachKind < 0)
        {
            throw InputException.ForSetting(null, $"{nameof(WorstOfEachKind)} is {WorstOfEachKind}; it must be 0 or more.");
        }
    }
}
