namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>Whether a score is what it says: of detections with a score of 0.7, seven in ten should be right.</summary>
/// <param name="Bins">The detections by score, in ten ranges of the same width.</param>
/// <param name="ExpectedError">
/// The expected calibration error: the distance of score and precision of the ranges, averaged by their numbers of detections (Guo et al.,
/// "On Calibration of Modern Neural Networks", arXiv 1706.04599, Eq. 3), in [0, 1].
/// </param>
internal sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, double ExpectedError)
{
    private const int BinCount = 10;

    /// <summary>Sorts the detections that count at the first IoU threshold. Scores beyond 0 and 1 go to the outer ranges.</summary>
    internal static Calibration Of(Matching matching)
    {
        int[] counts = new int[BinCount];
        int[] hits = new int[BinCount];
        double[] scores = new double[BinCount];
        for (int place = 0; place < matching.Table.Count; place++)
        {
            if (matching.Counts(place) && !matching.IsIgnored(place))
            {
                double score = matching.Table.Scores[place];
                int bin = (int)Math.Clamp(score * BinCount, 0, BinCount - 1);
                counts[bin]++;
                hits[bin] += matching.IsHit(place) ? 1 : 0;
                scores[bin] += score;
            }
        }

        CalibrationBin[] bins =
        [
            .. Enumerable.Range(0, BinCount).Select(i => new CalibrationBin(
                (double)i / BinCount,
                (double)(i + 1) / BinCount,
                counts[i],
                counts[i] > 0 ? scores[i] / counts[i] : 0,
                counts[i] > 0 ? (double)hits[i] / counts[i] : 0)),
        ];
        double all = Math.Max(counts.Sum(), 1);
        return new Calibration(bins, bins.Sum(bin => bin.Count / all * Math.Abs(bin.MeanScore - bin.Precision)));
    }
}
