using Panoptes.Coco;
using Panoptes.Evaluation;

namespace Panoptes.Tests.Evaluation;

/// <summary>Average precision as one would explain it, for small cases; nothing is fast here.</summary>
internal sealed class BruteForceAp(InstanceDataset truth, IReadOnlyList<CocoDetection> detections, ApOptions options)
{
    /// <summary>Precision by [IoU threshold, recall threshold, class, area range, number of detections].</summary>
    public List<double> Precision { get; } = [];

    /// <summary>Recall by [IoU threshold, class, area range, number of detections].</summary>
    public List<double> Recall { get; } = [];

    public BruteForceAp Run()
    {
        foreach (double iou in options.IouThresholds)
        {
            List<List<Curve?>> curves =
            [
                .. truth.Categories.Select(category => (
                    from area in options.AreaRanges
                    from limit in options.MaxDetections
                    select DrawCurve(category.Id, iou, area, limit)).ToList()),
            ];
            foreach (double recall in options.RecallThresholds)
            {
                Precision.AddRange(curves.SelectMany(c => c).Select(curve => curve?.PrecisionFrom(recall) ?? -1));
            }

            Recall.AddRange(curves.SelectMany(c => c).Select(curve => curve?.FinalRecall ?? -1));
        }

        return this;
    }

    private Curve? DrawCurve(int category, double threshold, AreaRange area, int limit)
    {
        List<(double Score, bool? Hit)> verdicts = [];
        int objects = 0;
        foreach (CocoImage image in truth.Images.OrderBy(i => i.Id))
        {
            List<CocoAnnotation> here = [.. truth.Annotations.Where(a => a.ImageId == image.Id && a.CategoryId == category)];
            objects += here.Count(a => !DoesNotCount(a, area));
            verdicts.AddRange(Judge(image, here, category, threshold, area).Take(limit));
        }

        return objects == 0 ? null : new Curve([.. verdicts.OrderByDescending(v => v.Score)], objects);
    }

    private static bool DoesNotCount(CocoAnnotation annotation, AreaRange area) =>
        annotation.IsCrowd || annotation.Area < area.Min || annotation.Area > area.Max;

    /// <summary>Each detection of a picture, best first: hit (true), false alarm (false) or neither (null).</summary>
    private IEnumerable<(double Score, bool? Hit)> Judge(
        CocoImage image, List<CocoAnnotation> objects, int category, double threshold, AreaRange area)
    {
        HashSet<CocoAnnotation> taken = [];
        IEnumerable<CocoDetection> best = detections
            .Where(d => d.ImageId == image.Id && d.CategoryId == category)
            .OrderByDescending(d => d.Score).Take(options.MaxDetections[^1]);
        foreach (CocoDetection detection in best)
        {
            // The object overlapped most, the last among equals, but never one that does not count while one that counts would do.
            CocoAnnotation? match = objects
                .Where(o => !taken.Contains(o) || o.IsCrowd)
                .Where(o => Overlap(detection, o, image) >= Math.Min(threshold, 1 - 1e-10))
                .Reverse().OrderBy(o => DoesNotCount(o, area)).ThenByDescending(o => Overlap(detection, o, image))
                .FirstOrDefault();
            if (match is not null)
            {
                taken.Add(match);
                yield return (detection.Score, DoesNotCount(match, area) ? null : true);
            }
            else
            {
                double size = detection.Bbox?.Area ?? detection.Mask!.Area;
                yield return (detection.Score, size < area.Min || size > area.Max ? null : false);
            }
        }
    }

    private double Overlap(CocoDetection detection, CocoAnnotation annotation, CocoImage image) => options.IouType == IouType.Bbox
        ? detection.Bbox!.Value.IoU(annotation.Bbox, annotation.IsCrowd)
        : detection.Mask!.IoU(annotation.ToRle(image.Height, image.Width), annotation.IsCrowd);

    private sealed class Curve(List<(double Score, bool? Hit)> verdicts, int objects)
    {
        private static readonly double Epsilon = double.BitIncrement(1) - 1;

        public double FinalRecall => (double)verdicts.Count(v => v.Hit == true) / objects;

        /// <summary>The best precision at this recall or a higher one.</summary>
        public double PrecisionFrom(double recall)
        {
            double best = 0;
            double hits = 0;
            double misses = 0;
            foreach ((_, bool? hit) in verdicts)
            {
                hits += hit == true ? 1 : 0;
                misses += hit == false ? 1 : 0;
                if (hits / objects >= recall)
                {
                    best = Math.Max(best, hits / (misses + hits + Epsilon));
                }
            }

            return best;
        }
    }
}
