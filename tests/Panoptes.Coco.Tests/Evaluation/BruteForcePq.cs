using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>
/// Panoptic quality of one class as its paper words it (arXiv 1801.00868, section 4), with panopticapi's rules for crowds: pixel by pixel.
/// </summary>
internal sealed class BruteForcePq
{
    /// <summary>The IoU of each match.</summary>
    public List<double> Matches { get; } = [];

    public int FalsePositives { get; private set; }

    public int FalseNegatives { get; private set; }

    public double Pq => Matches.Count + FalsePositives + FalseNegatives == 0
        ? 0
        : Matches.Sum() / (Matches.Count + (0.5 * FalsePositives) + (0.5 * FalseNegatives));

    public void Add(
        LabelMap groundTruth,
        IReadOnlyList<PanopticSegment> segments,
        LabelMap prediction,
        IReadOnlyList<PanopticSegment> found,
        long category)
    {
        bool IsVoid(int i) => groundTruth.Labels[i] == 0;
        int Count(Func<int, bool> pixel) => Enumerable.Range(0, groundTruth.Labels.Length).Count(pixel);
        bool InGroundTruth(int i, PanopticSegment segment) => groundTruth.Labels[i] == segment.Id;
        bool InPrediction(int i, PanopticSegment segment) => prediction.Labels[i] == segment.Id;

        // Void pixels of the ground truth are taken out of the prediction.
        double IoU(PanopticSegment there, PanopticSegment other) =>
            (double)Count(i => InGroundTruth(i, there) && InPrediction(i, other))
            / Count(i => InGroundTruth(i, there) || (InPrediction(i, other) && !IsVoid(i)));

        PanopticSegment[] theirs = [.. found.Where(s => s.CategoryId == category)];
        PanopticSegment[] crowds = [.. segments.Where(s => s.CategoryId == category && s.IsCrowd)];
        PanopticSegment[] objects = [.. segments.Where(s => s.CategoryId == category && !s.IsCrowd)];
        Matches.AddRange(objects.SelectMany(t => theirs.Select(p => IoU(t, p))).Where(iou => iou > 0.5));
        FalseNegatives += objects.Count(t => !theirs.Any(p => IoU(t, p) > 0.5));
        FalsePositives += theirs.Where(p => !objects.Any(t => IoU(t, p) > 0.5)).Count(p =>
        {
            int excused = Count(i => InPrediction(i, p) && (IsVoid(i) || crowds.Any(crowd => InGroundTruth(i, crowd))));
            return (double)excused / Count(i => InPrediction(i, p)) <= 0.5;
        });
    }
}
