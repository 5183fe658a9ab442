namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>
/// Counts what IDF1 counts (arXiv 1609.01775): each track of the ground truth is paired with at most one of the tracker over the whole
/// video, so
/// that the number of images in which paired tracks overlap with an IoU of 0.5 or more is largest.
/// </summary>
internal sealed class IdentityTally
{
    private const double Threshold = 0.5;

    /// <summary>Objects that their track's partner overlaps.</summary>
    public long Matches { get; private set; }

    /// <summary>Objects of the ground truth.</summary>
    public long GroundTruths { get; private set; }

    /// <summary>Objects of the tracker.</summary>
    public long Predictions { get; private set; }

    public void Add(TrackCell cell)
    {
        double[] common = new double[cell.Tracks * cell.PredictedTracks];
        foreach (TrackCellFrame frame in cell.Frames)
        {
            GroundTruths += frame.GroundTruth.Length;
            Predictions += frame.Predictions.Length;
            for (int at = 0; at < frame.Overlaps.Length; at++)
            {
                (int i, int j) = Math.DivRem(at, frame.Predictions.Length);
                if (frame.Overlaps[at] >= Threshold)
                {
                    common[(frame.GroundTruth[i] * cell.PredictedTracks) + frame.Predictions[j]]++;
                }
            }
        }

        int[] pairs = LinearAssignment.Maximize(common, cell.Tracks, cell.PredictedTracks);
        for (int track = 0; track < pairs.Length; track++)
        {
            Matches += pairs[track] < 0 ? 0 : (long)common[(track * cell.PredictedTracks) + pairs[track]];
        }
    }
}
