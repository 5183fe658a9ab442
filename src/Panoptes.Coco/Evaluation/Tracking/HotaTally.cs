namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>
/// Adds up what HOTA is made of (arXiv 2009.07736), for IoU thresholds from 0.05 to 0.95. In each image objects are matched so that the
/// sum of
/// IoU × alignment is largest, where two tracks' alignment is a Jaccard index over the whole video of images in which they overlap.
/// </summary>
internal sealed class HotaTally
{
    /// <summary>The number of IoU thresholds.</summary>
    public const int Thresholds = 19;

    private readonly double[] _matches = new double[Thresholds];
    private readonly double[] _misses = new double[Thresholds];
    private readonly double[] _falseAlarms = new double[Thresholds];
    private readonly double[] _overlaps = new double[Thresholds];
    private readonly double[] _association = new double[Thresholds];

    /// <summary>HOTA, DetA, AssA and LocA, each the mean over the thresholds.</summary>
    public (double Hota, double DetA, double AssA, double LocA) Figures()
    {
        (double hota, double detection, double association, double localization) = (0, 0, 0, 0);
        for (int t = 0; t < Thresholds; t++)
        {
            double detA = _matches[t] / Math.Max(1, _matches[t] + _misses[t] + _falseAlarms[t]);
            double assA = _association[t] / Math.Max(1, _matches[t]);
            hota += Math.Sqrt(detA * assA);
            detection += detA;
            association += assA;
            localization += _matches[t] > 0 ? _overlaps[t] / _matches[t] : 1;
        }

        return (hota / Thresholds, detection / Thresholds, association / Thresholds, localization / Thresholds);
    }

    public void Add(TrackCell cell)
    {
        int[] seen = new int[cell.Tracks];
        int[] predicted = new int[cell.PredictedTracks];
        double[] alignment = Align(cell, seen, predicted);
        int[][] common = [.. Enumerable.Range(0, Thresholds).Select(_ => new int[alignment.Length])];
        foreach (TrackCellFrame frame in cell.Frames)
        {
            (int[] truth, int[] found) = (frame.GroundTruth, frame.Predictions);
            double[] weights = new double[frame.Overlaps.Length];
            for (int at = 0; at < weights.Length; at++)
            {
                (int i, int j) = Math.DivRem(at, found.Length);
                weights[at] = alignment[(truth[i] * cell.PredictedTracks) + found[j]] * frame.Overlaps[at];
            }

            int[] pairs = LinearAssignment.Maximize(weights, truth.Length, found.Length);
            for (int t = 0; t < Thresholds; t++)
            {
                int count = 0;
                for (int i = 0; i < truth.Length; i++)
                {
                    double overlap = pairs[i] < 0 ? 0 : frame.Overlaps[(i * found.Length) + pairs[i]];
                    if (overlap < (0.05 * (t + 1)) - TrackCell.Epsilon)
                    {
                        continue;
                    }

                    count++;
                    _overlaps[t] += overlap;
                    common[t][(truth[i] * cell.PredictedTracks) + found[pairs[i]]]++;
                }

                _matches[t] += count;
                _misses[t] += truth.Length - count;
                _falseAlarms[t] += found.Length - count;
            }
        }

        for (int t = 0; t < Thresholds; t++)
        {
            for (int at = 0; at < alignment.Length; at++)
            {
                (int i, int j) = Math.DivRem(at, cell.PredictedTracks);
                double count = common[t][at];
                _association[t] += count * count / Math.Max(1, seen[i] + predicted[j] - count);
            }
        }
    }

    private static double[] Align(TrackCell cell, int[] seen, int[] predicted)
    {
        double[] potential = new double[cell.Tracks * cell.PredictedTracks];
        foreach (TrackCellFrame frame in cell.Frames)
        {
            (int[] truth, int[] found) = (frame.GroundTruth, frame.Predictions);
            double[] rows = new double[truth.Length];
            double[] columns = new double[found.Length];
            for (int at = 0; at < frame.Overlaps.Length; at++)
            {
                (int i, int j) = Math.DivRem(at, found.Length);
                rows[i] += frame.Overlaps[at];
                columns[j] += frame.Overlaps[at];
            }

            for (int at = 0; at < frame.Overlaps.Length; at++)
            {
                (int i, int j) = Math.DivRem(at, found.Length);
                double either = rows[i] + columns[j] - frame.Overlaps[at];
                potential[(truth[i] * cell.PredictedTracks) + found[j]] += either > TrackCell.Epsilon ? frame.Overlaps[at] / either : 0;
            }

            foreach (int track in truth)
            {
                seen[track]++;
            }

            foreach (int track in found)
            {
                predicted[track]++;
            }
        }

        for (int at = 0; at < potential.Length; at++)
        {
            (int i, int j) = Math.DivRem(at, cell.PredictedTracks);
            potential[at] /= seen[i] + predicted[j] - potential[at];
        }

        return potential;
    }
}
