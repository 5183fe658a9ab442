namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>
/// Counts what CLEAR MOT counts (Bernardin and Stiefelhagen 2008): objects match from an IoU of 0.5 on, those first that matched in the
/// image
/// before, and otherwise so that the sum of IoUs is largest.
/// </summary>
internal sealed class ClearTally
{
    private const double Threshold = 0.5;
    private const double Kept = 1000; // more than all IoUs of an image that has fewer objects

    public long Matches { get; private set; }

    public long Misses { get; private set; }

    public long FalseAlarms { get; private set; }

    public long IdSwitches { get; private set; }

    public long Fragmentations { get; private set; }

    public long MostlyTracked { get; private set; }

    public long MostlyLost { get; private set; }

    public double IoUSum { get; private set; }

    public void Add(TrackCell cell)
    {
        int[] last = new int[cell.Tracks]; // 1 + the number that matched a track the last time
        int[] before = new int[cell.Tracks]; // the same for the image before
        int[] seen = new int[cell.Tracks];
        int[] matched = new int[cell.Tracks];
        int[] begun = new int[cell.Tracks];
        foreach (TrackCellFrame frame in cell.Frames)
        {
            (int[] truth, int[] found) = (frame.GroundTruth, frame.Predictions);
            foreach (int track in truth)
            {
                seen[track]++;
            }

            if (truth.Length == 0 || found.Length == 0)
            {
                // TrackEval leaves what matched in the image before as it is.
                Misses += truth.Length;
                FalseAlarms += found.Length;
                continue;
            }

            int[] pairs = Match(frame, before);
            int[] now = new int[cell.Tracks];
            int count = 0;
            for (int i = 0; i < truth.Length; i++)
            {
                if (pairs[i] < 0)
                {
                    continue;
                }

                int track = truth[i];
                int number = 1 + found[pairs[i]];
                IdSwitches += last[track] != 0 && last[track] != number ? 1 : 0;
                begun[track] += before[track] == 0 ? 1 : 0;
                last[track] = now[track] = number;
                matched[track]++;
                IoUSum += frame.Overlaps[(i * found.Length) + pairs[i]];
                count++;
            }

            before = now;
            Matches += count;
            Misses += truth.Length - count;
            FalseAlarms += found.Length - count;
        }

        for (int track = 0; track < cell.Tracks; track++)
        {
            double part = (double)matched[track] / seen[track];
            MostlyTracked += part > 0.8 ? 1 : 0;
            MostlyLost += part < 0.2 ? 1 : 0;
            Fragmentations += Math.Max(begun[track] - 1, 0);
        }
    }

    private static int[] Match(TrackCellFrame frame, int[] before)
    {
        (int[] truth, int[] found) = (frame.GroundTruth, frame.Predictions);
        double[] weights = new double[frame.Overlaps.Length];
        for (int i = 0; i < truth.Length; i++)
        {
            for (int j = 0; j < found.Length; j++)
            {
                int at = (i * found.Length) + j;
                double overlap = frame.Overlaps[at];
                weights[at] = overlap < Threshold - TrackCell.Epsilon ? 0 : overlap + (before[truth[i]] == 1 + found[j] ? Kept : 0);
            }
        }

        int[] pairs = LinearAssignment.Maximize(weights, truth.Length, found.Length);
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = pairs[i] >= 0 && weights[(i * found.Length) + pairs[i]] > 0 ? pairs[i] : -1;
        }

        return pairs;
    }
}
