using Panoptes.Coco.Codecs;
using Panoptes.Coco.Files;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Codecs;

public class CodecLimitTests
{
    private static readonly MaskCodecOptions s_small = new() { Size = 14, Dimension = 8 };

    [Fact]
    public void Rectangles_come_back_whole_and_crowds_are_not_asked_for()
    {
        InstanceDataset dataset = Dataset([Rectangle(1, 10, 10, 40, 30), Rectangle(2, 60, 20, 25, 70), Rectangle(3, 5, 50, 30, 40, crowd: true)]);
        PcaCodec codec = PcaFit.Fit(MaskSet.Of(dataset, 14), s_small with { Dimension = 1 });
        Assert.Equal(1, CodecCurve.Limit(codec, dataset, cancellationToken: Cancellation).Ap, 1e-12);
    }

    [Fact]
    public void Fewer_numbers_allow_less()
    {
        InstanceDataset shapes = Shapes();
        MaskSet masks = MaskSet.Of(shapes, 14);
        double Limit(int dimension) => CodecCurve.Limit(
            PcaFit.Fit(masks, s_small with { Dimension = dimension }), shapes, cancellationToken: Cancellation).Ap;
        double one = Limit(1);
        double all = Limit(8);
        Assert.True(one < all - 0.2, $"{one} and {all}");
        Assert.InRange(all, 0.8, 1); // 14 pixels are few for shapes of 40
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Convex polygons of many directions, a class for all.
    private static InstanceDataset Shapes()
    {
        Random random = new(7);
        return Dataset(Enumerable.Range(1, 8).Select(i =>
        {
            double[] angles = [.. Enumerable.Range(0, 3 + (i % 3)).Select(_ => random.NextDouble() * 2 * Math.PI).Order()];
            double[] polygon = [.. angles.SelectMany(a => new[] { 60 + (35 * Math.Cos(a)), 60 + (35 * Math.Sin(a)) })];
            Rle mask = Rle.FromPolygons([polygon], 120, 120);
            return new CocoAnnotation(i, i, 1, BoxXywh.FromBox(mask.Bounds), mask.Area, false, CocoSegmentation.FromPolygons([polygon]));
        }));
    }

    private static CocoAnnotation Rectangle(int id, double x, double y, double width, double height, bool crowd = false) => new(
        id,
        1,
        1,
        new BoxXywh(x, y, width, height),
        width * height,
        crowd,
        CocoSegmentation.FromRle(Rle.FromPolygons([[x, y, x + width, y, x + width, y + height, x, y + height]], 120, 120)));

    private static InstanceDataset Dataset(IEnumerable<CocoAnnotation> annotations) => InstanceDataset.Create(
        Enumerable.Range(1, 8).Select(i => new CocoImage(i, $"{i}.png", 120, 120)), [new CocoCategory(1, "shape")], annotations);
}
