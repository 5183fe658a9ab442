namespace Panoptes.Coco.Evaluation;

/// <summary>
/// The score from which objects can be trusted. AP counts all of them, down to the weakest; an image, or anyone who acts on what
/// was found, needs a limit, and where it lies depends on the method (scores may be products or their roots) and on how long the model was
/// trained.
/// </summary>
public static class ScoreThreshold
{
    /// <summary>What is taken where nothing was measured.</summary>
    public const double Default = 0.3;

    private const double Lowest = 0.05;
    private const double HighestToDraw = 0.6;
    private const double Step = 0.01;

    /// <summary>
    /// The score at which precision and recall balance best: the largest F1 = 2PR / (P + R) at the first IoU threshold, averaged over the
    /// classes.
    /// </summary>
    /// <param name="result">What was measured; null gives <see cref="Default"/>.</param>
    /// <param name="highest">The highest score to choose.</param>
    /// <returns>A score from 0.05 to <paramref name="highest"/>, with two decimals.</returns>
    public static double Of(ApResult? result, double highest = HighestToDraw)
    {
        if (result is null)
        {
            return Default;
        }

        (double score, double f1) best = (Default, 0);
        for (int i = 0; Lowest + (i * Step) <= highest + 1e-9; i++)
        {
            double score = Math.Round(Lowest + (i * Step), 2);
            double f1 = MeanF1(result, score);

            // Of equal scores the highest: false objects weaker than the last right one do not show in COCO's curves.
            if (f1 > 0 && f1 >= best.f1)
            {
                best = (score, f1);
            }
        }

        return best.score;
    }

    private static double MeanF1(ApResult result, double score)
    {
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < result.Classes.Count; c++)
        {
            if (result.Classes[c].Objects > 0)
            {
                sum += F1(result, c, score);
                classes++;
            }
        }

        return classes == 0 ? 0 : sum / classes;
    }

    /// <summary>F1 of one class at the first IoU threshold, over all sizes, with the largest number of detections.</summary>
    private static double F1(ApResult result, int category, double score)
    {
        IReadOnlyList<double> recalls = result.Options.RecallThresholds;
        int areas = result.Options.AreaRanges.Count;
        int limits = result.Options.MaxDetections.Count;
        for (int r = recalls.Count - 1; r > 0; r--)
        {
            // [IoU threshold, recall threshold, class, area range, number of detections]
            int at = (((((r * result.Classes.Count) + category) * areas) + 0) * limits) + limits - 1;
            double precision = result.Precision[at];
            if (precision > 0 && result.Scores[at] >= score)
            {
                return 2 * precision * recalls[r] / (precision + recalls[r]);
            }
        }

        return 0;
    }
}
