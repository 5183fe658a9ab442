using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Average precision as one would explain it, for small cases; nothing is fast here.</summary>
internal sealed class BruteForceAp(InstanceDataset groundTruth, IReadOnlyList<CocoDetection> detections, ApOptions options)
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
                .. groundTruth.Categories.Select(category => (
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

    private Curve? DrawCurve(long category, double threshold, AreaRange area, int limit)
    {
        List<(double Score, bool? Hit)> verdicts = [];
        int objects = 0;
        foreach (CocoImage image in groundTruth.Images.OrderBy(i => i.Id))
        {
            List<CocoAnnotation> here = [.. groundTruth.Annotations.Where(a => a.ImageId == image.Id && a.CategoryId == category)];
            objects += here.Count(a => !DoesNotCount(a, area));
            verdicts.AddRange(Judge(image, here, category, threshold, area).Take(limit));
        }

        return objects == 0 ? null : new Curve([.. verdicts.OrderByDescending(v => v.Score)], objects);
    }

    private bool DoesNotCount(CocoAnnotation annotation, AreaRange area) =>
        IsCrowd(annotation) || annotation.Area < area.Min || annotation.Area > area.Max;

    private bool IsCrowd(CocoAnnotation annotation) => annotation.IsCrowd && !options.Federated;

    /// <summary>The detections of an image and class that are looked at.</summary>
    private IEnumerable<CocoDetection> Considered(CocoImage image, long category)
    {
        IEnumerable<CocoDetection> all = detections.Where(d => d.ImageId == image.Id).OrderByDescending(d => d.Score);
        if (options.Federated)
        {
            bool lookedFor = image.Federated!.Negative.Contains(category)
                || groundTruth.Annotations.Any(a => a.ImageId == image.Id && a.CategoryId == category);
            all = lookedFor ? all.Take(options.MaxDetections[^1]) : [];
        }

        return all.Where(d => d.CategoryId == category).Take(options.MaxDetections[^1]);
    }

    /// <summary>Each detection of an image, best first: hit (true), false alarm (false) or neither (null).</summary>
    private IEnumerable<(double Score, bool? Hit)> Judge(
        CocoImage image, List<CocoAnnotation> objects, long category, double threshold, AreaRange area)
    {
        HashSet<CocoAnnotation> taken = [];
        bool mayBeMissing = options.Federated && image.Federated!.NotExhaustive.Contains(category);
        foreach (CocoDetection detection in Considered(image, category))
        {
            // The object overlapped most, the last among equals, but never one that does not count while one that counts would do.
            CocoAnnotation? match = objects
                .Where(o => !taken.Contains(o) || IsCrowd(o))
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
                yield return (detection.Score, size < area.Min || size > area.Max || mayBeMissing ? null : false);
            }
        }
    }

    private double Overlap(CocoDetection detection, CocoAnnotation annotation, CocoImage image)
    {
        if (options.IouType == IouType.Bbox)
        {
            return detection.Bbox!.Value.IoU(annotation.Bbox, IsCrowd(annotation));
        }

        HashSet<(int X, int Y)> found = Pixels(detection.Mask!);
        HashSet<(int X, int Y)> there = Pixels(annotation.ToRle(image.Height, image.Width));
        double overlap = Overlap(found, there, IsCrowd(annotation));
        return options.IouType == IouType.Segm || IsCrowd(annotation) // a crowd keeps the IoU of its mask, as in boundary-iou-api
            ? overlap
            : Math.Min(overlap, Overlap(Boundary(found, image), Boundary(there, image), IsCrowd(annotation)));
    }

    private static double Overlap(HashSet<(int X, int Y)> found, HashSet<(int X, int Y)> there, bool crowd)
    {
        double both = found.Count(there.Contains);
        return both == 0 ? 0 : both / (crowd ? found.Count : found.Union(there).Count());
    }

    private static HashSet<(int X, int Y)> Pixels(Rle mask)
    {
        bool[] pixels = RandomMasks.Pixels(mask);
        return [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i]).Select(i => (i % mask.Width, i / mask.Width))];
    }

    /// <summary>The pixels from which the background, or the outside, is at most so many steps away, diagonal ones too.</summary>
    private HashSet<(int X, int Y)> Boundary(HashSet<(int X, int Y)> mask, CocoImage image)
    {
        double diagonal = Math.Sqrt((image.Width * image.Width) + (image.Height * image.Height));
        int width = Math.Max(1, (int)Math.Round(options.BoundaryRatio * diagonal));
        int[] steps = [.. Enumerable.Range(-width, (2 * width) + 1)];
        return [.. mask.Where(pixel => steps.Any(dx => steps.Any(dy => !mask.Contains((pixel.X + dx, pixel.Y + dy)))))];
    }

    private sealed class Curve(List<(double Score, bool? Hit)> verdicts, int objects)
    {
        private static readonly double s_epsilon = double.BitIncrement(1) - 1;

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
                    best = Math.Max(best, hits / (misses + hits + s_epsilon));
                }
            }

            return best;
        }
    }
}
