using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

public sealed class EdgeCaseTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LabelMe_gives_everything_back_as_it_was()
    {
        InstanceDataset before = _folder.WriteEdgeCases();
        ConversionResult there = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "labelme", WithImages);
        InstanceDataset after = Back(DatasetFormat.LabelMe, "labelme");

        SameImages(before, after);
        SameObjects(before.Annotations, after);
        for (int i = 0; i < before.Annotations.Count; i++)
        {
            Assert.Equal(before.Annotations[i].Segmentation!.Polygons, after.Annotations[i].Segmentation!.Polygons);
            Assert.Equal(before.Annotations[i].Segmentation!.Rle, after.Annotations[i].Segmentation!.Rle);
        }

        Assert.Equal(
            [LossKind.Keys, LossKind.BoxesAndAreas, LossKind.AnnotationIds, LossKind.ClassIds, LossKind.ImageIds],
            there.Losses.Select(l => l.Kind));
    }

    [Fact]
    public void Yolo_keeps_every_mask_and_names_what_it_had_to_change()
    {
        InstanceDataset before = _folder.WriteEdgeCases();
        ConversionResult there = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "yolo", WithImages);
        InstanceDataset after = Back(DatasetFormat.Yolo, "yolo");

        SameImages(before, after);
        SameObjects(before.Annotations.Where(a => !a.IsCrowd), after);
        Assert.Equal(before.Annotations[0].Segmentation!.Polygons[0], after.Annotations[0].Segmentation!.Polygons[0]);
        Assert.Equal(1, ConversionFolder.Count(there, LossKind.Crowds));
        Assert.Equal(1, ConversionFolder.Count(there, LossKind.Holes));
        Assert.Equal(2, ConversionFolder.Count(there, LossKind.JoinedPolygons));
        Assert.Equal(2, ConversionFolder.Count(there, LossKind.TracedPolygons)); // one overlaps, one leaves the image
        Assert.Equal(1, ConversionFolder.Count(there, LossKind.PixelsToPolygons));
        Assert.Equal(0, ConversionFolder.Count(there, LossKind.ChangedPixels));
        Assert.All(Directory.GetFiles(_folder.Full("yolo/labels"), "*.txt", SearchOption.AllDirectories).SelectMany(File.ReadLines), line =>
            Assert.All(line.Split(' ').Skip(1).Select(double.Parse), share => Assert.InRange(share, 0, 1)));
        Assert.Equal("", File.ReadAllText(_folder.Full("yolo/labels/train/grün/leer.txt")));
    }

    [Fact]
    public void Voc_keeps_pixels_crowds_and_classes_where_nothing_overlaps()
    {
        InstanceDataset before = _folder.WriteEdgeCases();
        ConversionResult there = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Voc, "voc", WithImages);
        InstanceDataset after = Back(DatasetFormat.Voc, "voc");

        SameImages(before, after);
        SameObjects(before.Annotations, after);
        Assert.Equal(4, ConversionFolder.Count(there, LossKind.PolygonsToPixels));
        Assert.Equal(0, ConversionFolder.Count(there, LossKind.CoveredPixels));
    }

    [Fact]
    public void Masks_keep_pixels_and_name_the_classes_lost()
    {
        InstanceDataset before = _folder.WriteEdgeCases();
        ConversionResult there = _folder.Convert(
            DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "masks", o => WithImages(o) with { KeepCrowds = true });
        InstanceDataset after = Back(DatasetFormat.Masks, "masks", o => o with { Classes = "thing" });

        Assert.Equal(ConversionFolder.Masks(before, 5), ConversionFolder.Masks(after, 5));
        Assert.Equal("thing", Assert.Single(after.Categories).Name);
        Assert.Equal(6, ConversionFolder.Count(there, LossKind.Classes));
        Assert.Equal(1, ConversionFolder.Count(there, LossKind.CrowdFlags));
        Assert.True(LabelIsZeroEverywhere(_folder.Full("masks/PedMasks/grün/leer_mask.png")));
    }

    [Fact]
    public void Panoptic_keeps_annotation_ids_crowds_and_pixels()
    {
        InstanceDataset before = _folder.WriteEdgeCases();
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Panoptic, "p.json");
        _folder.Convert(DatasetFormat.Panoptic, "p.json", DatasetFormat.PanopticDetection, "d.json");
        _folder.Convert(DatasetFormat.PanopticDetection, "d.json", DatasetFormat.Coco, "back.json");
        InstanceDataset after = InstanceDataset.Load(_folder.Full("back.json"));

        SameImages(before, after);
        SameObjects(before.Annotations, after);
        Assert.Equal(before.Annotations.Select(a => a.Id), after.Annotations.Select(a => a.Id));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void The_smaller_object_lies_in_front_and_a_crowd_behind(bool largeIsCrowd, int second)
    {
        // Two squares share 4 x 4 pixels; the second is the larger one, unless the first is a crowd.
        Rle small = Rle.FromPolygon([0, 0, 8, 0, 8, 8, 0, 8], 30, 40);
        Rle large = Rle.FromPolygon([4, 4, 16, 4, 16, 16, 4, 16], 30, 40);
        (Rle first, Rle other) = largeIsCrowd ? (large, small) : (small, large);
        CocoWriter.WriteInstances(_folder.Full("all.json"), InstanceDataset.Create(
            [new CocoImage(1, "1.png", 40, 30)],
            [new CocoCategory(1, "x")],
            [
                new CocoAnnotation(1, 1, 1, default, first.Area, largeIsCrowd, CocoSegmentation.FromRle(first)),
                new CocoAnnotation(2, 1, 1, default, other.Area, false, CocoSegmentation.FromRle(other)),
            ]));
        ConversionResult result = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Voc, "voc");

        Assert.Equal(16, ConversionFolder.Count(result, LossKind.CoveredPixels));
        Assert.Equal(second, LabelMap.Load(_folder.Full("voc/SegmentationObject/1.png"))[5, 5]);
    }

    [Fact]
    public void More_than_255_objects_of_a_image_make_a_mask_of_16_bits()
    {
        Rle[] dots = [.. Enumerable.Range(0, 300).Select(i => Rle.FromPolygon([i, 0, i + 1, 0, i + 1, 1, i, 1], 2, 300))];
        CocoWriter.WriteInstances(_folder.Full("all.json"), InstanceDataset.Create(
            [new CocoImage(1, "1.png", 300, 2)],
            [new CocoCategory(1, "x")],
            dots.Select((dot, i) => new CocoAnnotation(i + 1, 1, 1, default, 1, false, CocoSegmentation.FromRle(dot)))));
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "masks");
        _folder.Convert(DatasetFormat.Masks, "masks", DatasetFormat.Coco, "back.json");

        Assert.Equal(dots, ConversionFolder.Masks(InstanceDataset.Load(_folder.Full("back.json")), 1));
        ConversionResult voc = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Voc, "voc");
        Assert.Equal(46, ConversionFolder.Count(voc, LossKind.TooMany));
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Panoptic, "p.json");
        ConversionResult channels = _folder.Convert(DatasetFormat.Panoptic, "p.json", DatasetFormat.PanopticTwoChannel, "2ch");
        Assert.Equal(45, ConversionFolder.Count(channels, LossKind.TooMany));
    }

    [Fact]
    public void An_object_with_a_box_alone_stays_one_where_the_format_has_boxes()
    {
        new Image(40, 30).SavePng(_folder.Full("a.png"));
        _folder.Write("yolo/images/train/ignored.txt", "");
        File.Move(_folder.Full("a.png"), _folder.Full("yolo/images/train/a.png"));
        _folder.Write("yolo/data.yaml", "train: images/train\nnames: [x]\n");
        _folder.Write("yolo/labels/train/a.txt", "0 0.5 0.5 0.25 0.2\n");

        ConversionResult coco = _folder.Convert(DatasetFormat.Yolo, "yolo", DatasetFormat.Coco, "box.json");
        CocoAnnotation box = SingleBox("box.json");
        Assert.Equal(new BoxXywh(15, 12, 10, 6), box.Bbox);
        Assert.Equal(1, ConversionFolder.Count(coco, LossKind.NoOutline));
        _folder.Convert(DatasetFormat.Yolo, "yolo", DatasetFormat.Voc, "voc");
        Assert.Contains("<xmin>16</xmin>", File.ReadAllText(_folder.Full("voc/Annotations/a.xml")), StringComparison.Ordinal);
        _folder.Convert(DatasetFormat.Voc, "voc", DatasetFormat.Coco, "voc.json");
        Assert.Equal(box.Bbox, SingleBox("voc.json").Bbox);
        _folder.Convert(DatasetFormat.Yolo, "yolo", DatasetFormat.LabelMe, "labelme");
        Assert.Contains("\"rectangle\"", File.ReadAllText(_folder.Full("labelme/a.json")), StringComparison.Ordinal);
        Assert.Equal(1, ConversionFolder.Count(_folder.Convert(DatasetFormat.Yolo, "yolo", DatasetFormat.Masks, "masks"), LossKind.Broken));
    }

    private static bool LabelIsZeroEverywhere(string path) => LabelMap.Load(path).Labels.IndexOfAnyExcept(0) < 0;

    private static void SameImages(InstanceDataset before, InstanceDataset after)
    {
        Assert.Equal(before.Images.OrderBy(i => i.Id), after.Images.OrderBy(i => i.Id));
        Assert.Equal(before.Categories, after.Categories);
    }

    private static void SameObjects(IEnumerable<CocoAnnotation> expected, InstanceDataset after)
    {
        const int height = ConversionFolder.Height;
        const int width = ConversionFolder.Width;
        Assert.Equal(
            expected.Select(a => (a.ImageId, a.CategoryId, a.IsCrowd, a.ToRle(height, width))),
            after.Annotations.Select(a => (a.ImageId, a.CategoryId, a.IsCrowd, a.ToRle(height, width))));
    }

    private CocoAnnotation SingleBox(string name) =>
        Assert.Single(InstanceDataset.Load(_folder.Full(name), new InstanceDatasetOptions { Masks = false }).Annotations);

    private ConversionOptions WithImages(ConversionOptions options) => options with { Images = _folder.Full("images") };

    private InstanceDataset Back(DatasetFormat from, string input, Func<ConversionOptions, ConversionOptions>? adjust = null)
    {
        _folder.Convert(
            from, input, DatasetFormat.Coco, "back.json", o => (adjust ?? (x => x))(o with { Like = _folder.Full("all.json") }));
        return InstanceDataset.Load(_folder.Full("back.json"));
    }
}
