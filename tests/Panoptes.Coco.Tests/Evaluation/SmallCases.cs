using FsCheck;
using FsCheck.Fluent;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Few small objects and detections on images of 8 by 8 pixels: with ties, crowds, equal boxes and an empty class.</summary>
internal static class SmallCases
{
    public const int Side = 8;

    /// <summary>An image without objects.</summary>
    public const long EmptyImage = 3;

    public static readonly ApOptions SmallLimits = new()
    {
        IouThresholds = [0.1, 0.5, 0.75, 1],
        RecallThresholds = [.. Enumerable.Range(0, 11).Select(i => i / 10.0)],
        MaxDetections = [1, 2, 4],
        AreaRanges = [new("all", 0, 1e10), new("small", 0, 6), new("medium", 6, 12), new("large", 12, 1e10)],
    };

    public static Gen<(InstanceDataset GroundTruth, List<CocoDetection> Detections)> Case() =>
        from objects in SmallObject().ListOf()
        from found in SmallObject().ListOf()
        from scores in Gen.Choose(1, 4).ArrayOf(found.Count)
        from copies in Gen.Elements(true, false)
        select Assemble(objects.Take(10), found.Take(14).Concat(copies ? objects.Take(4) : []), scores);

    /// <summary>The same with what was looked for in each image, as LVIS has it.</summary>
    public static Gen<(InstanceDataset GroundTruth, List<CocoDetection> Detections)> FederatedCase() =>
        from plain in Case()
        from negative in Gen.Elements(true, false).ArrayOf(6)
        from notExhaustive in Gen.Elements(true, false).ArrayOf(6)
        select (InstanceDataset.Create(
            plain.GroundTruth.Images.Select((image, i) => image with
            {
                Federated = new FederatedLabels(Chosen(negative.AsSpan(2 * i, 2)), Chosen(notExhaustive.AsSpan(2 * i, 2))),
            }),
            plain.GroundTruth.Categories,
            plain.GroundTruth.Annotations), plain.Detections);

    /// <summary>No two detections have the same score.</summary>
    public static List<CocoDetection> WithDistinctScores(List<CocoDetection> detections) =>
        [.. detections.OrderByDescending(d => d.Score).Select((d, i) => d with { Score = 0.9 - (i / 100.0) })];

    public static Gen<CocoAnnotation> SmallObject() =>
        from image in Gen.Choose(1, 2)
        from category in Gen.Choose(1, 2)
        from x in Gen.Choose(0, 3)
        from y in Gen.Choose(0, 3)
        from width in Gen.Choose(1, 4)
        from height in Gen.Choose(1, 4)
        from crowd in Gen.Choose(0, 4)
        select Object(0, category, x, y, width, height, image, crowd == 0);

    public static (InstanceDataset GroundTruth, List<CocoDetection> Detections) Assemble(
        IEnumerable<CocoAnnotation> objects, IEnumerable<CocoAnnotation> found, int[] scores) => (
            Dataset([.. objects.Select((o, i) => o with { Id = i + 1 })]),
            [.. found.Select((o, i) => Detection(o, scores.Length == 0 ? 0.5 : scores[i % scores.Length] / 4.0))]);

    public static CocoAnnotation Object(
        long id, int category, int x, int y, int width, int height, long image = 1, bool crowd = false)
    {
        CocoSegmentation mask = CocoSegmentation.FromRle(Rle.FromBox(new Box(x, y, x + width, y + height), Side, Side));
        return new CocoAnnotation(id, image, category, new BoxXywh(x, y, width, height), width * height, crowd, mask);
    }

    public static CocoDetection Detection(CocoAnnotation like, double score) =>
        new(like.ImageId, like.CategoryId, like.Bbox, score, like.Segmentation!.Rle);

    public static InstanceDataset Dataset(CocoAnnotation[] annotations) => InstanceDataset.Create(
        [new CocoImage(2, "b.png", Side, Side), new CocoImage(1, "a.png", Side, Side), new CocoImage(EmptyImage, "c.png", Side, Side)],
        [new CocoCategory(3, "none"), new CocoCategory(1, "one"), new CocoCategory(2, "two")],
        annotations);

    private static long[] Chosen(ReadOnlySpan<bool> classes) =>
        [.. Enumerable.Range(0, 2).Where(classes.ToArray().ElementAt).Select(i => i + 1L)];
}
