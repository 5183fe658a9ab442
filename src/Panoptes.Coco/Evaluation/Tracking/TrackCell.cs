using Panoptes.Coco.Files.Tracks;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>The tracks of one class in one video, with contiguous numbers, and how far they overlap in each image.</summary>
internal sealed class TrackCell
{
    /// <summary>Overlaps are compared with thresholds up to this much, as TrackEval does.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    /// <summary>Compares the objects of a class in a video.</summary>
    /// <param name="groundTruth">The ground truth, image by image.</param>
    /// <param name="predictions">What the tracker found, for as many images.</param>
    /// <param name="iou">Boxes or masks.</param>
    public TrackCell(
        IReadOnlyList<IReadOnlyList<TrackedObject>> groundTruth, IReadOnlyList<IReadOnlyList<TrackedObject>> predictions, IouType iou)
    {
        Dictionary<long, int> trueTracks = [];
        Dictionary<long, int> foundTracks = [];
        Frames = new TrackCellFrame[groundTruth.Count];
        for (int i = 0; i < Frames.Length; i++)
        {
            Frames[i] = new TrackCellFrame(
                Number(trueTracks, groundTruth[i]), Number(foundTracks, predictions[i]), Overlaps(groundTruth[i], predictions[i], iou));
        }

        (Tracks, PredictedTracks) = (trueTracks.Count, foundTracks.Count);
    }

    /// <summary>The images.</summary>
    public TrackCellFrame[] Frames { get; }

    /// <summary>Tracks of the ground truth.</summary>
    public int Tracks { get; }

    /// <summary>Tracks of the tracker.</summary>
    public int PredictedTracks { get; }

    private static int[] Number(Dictionary<long, int> tracks, IReadOnlyList<TrackedObject> objects)
    {
        int[] numbers = new int[objects.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!tracks.TryGetValue(objects[i].TrackId, out numbers[i]))
            {
                tracks.Add(objects[i].TrackId, numbers[i] = tracks.Count);
            }
        }

        return numbers;
    }

    private static double[] Overlaps(IReadOnlyList<TrackedObject> groundTruth, IReadOnlyList<TrackedObject> predictions, IouType iou) =>
        iou == IouType.Bbox
            ? MaskIoU.Matrix([.. groundTruth.Select(one => one.Bbox)], [.. predictions.Select(one => one.Bbox)])
            : MaskIoU.Matrix([.. groundTruth.Select(one => one.Mask!)], [.. predictions.Select(one => one.Mask!)]);
}
