using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Masks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Formats;

public sealed class RealDataTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Instances => SharedData.Require("coco/annotations/instances_val2017.json");

    private static string Images => SharedData.Require("coco/val2017");

    [Fact]
    public void Penn_Fudan_comes_back_from_COCO_with_the_same_ids()
    {
        string root = SharedData.Require("pennfudan");
        ConversionResult there = _folder.Convert(
            DatasetFormat.Masks, root, DatasetFormat.Coco, "all.json", o => o with { Classes = "person" });
        ConversionResult back = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "back");

        Assert.Empty(there.Losses);
        Assert.Equal((88, 218, 1), (there.Images, there.Objects, there.Classes));
        string[] masks = Directory.GetFiles(Path.Combine(root, "PedMasks"));
        Assert.Equal(masks.Length, back.Images);
        Assert.All(masks, mask => ConversionFolder.SameLabels(mask, _folder.Full($"back/PedMasks/{Path.GetFileName(mask)}")));
    }

    [Fact]
    public void COCO_comes_back_from_LabelMe_with_the_same_outlines_and_what_else_it_said()
    {
        ConversionResult there = _folder.Convert(DatasetFormat.Coco, Instances, DatasetFormat.LabelMe, "labelme");
        _folder.Convert(DatasetFormat.LabelMe, "labelme", DatasetFormat.Coco, "back.json", o => o with { Like = Instances });

        InstanceDataset before = InstanceDataset.Load(Instances);
        InstanceDataset after = InstanceDataset.Load(_folder.Full("back.json"));
        int same = 0;
        foreach ((CocoAnnotation one, CocoAnnotation other) in Pairs(before, after))
        {
            Assert.Equal(one.Segmentation!.Polygons, other.Segmentation!.Polygons);
            Assert.Equal(one.Segmentation.Rle, other.Segmentation.Rle);
            Assert.Equal((one.CategoryId, one.IsCrowd), (other.CategoryId, other.IsCrowd));
            same += Near(one, other) ? 1 : 0;
        }

        Assert.Equal(before.Annotations.Count - same, ConversionFolder.Count(there, LossKind.BoxesAndAreas));
        Assert.True(same >= 888);
        JsonNode first = JsonNode.Parse(File.ReadAllText(Instances))!;
        JsonNode second = JsonNode.Parse(File.ReadAllText(_folder.Full("back.json")))!;
        Assert.All(["info", "licenses", "categories"], key => Assert.True(JsonNode.DeepEquals(first[key], second[key]), key));
        Assert.Equal(
            first["images"]!.AsArray().Select(i => i!.ToJsonString()).Order(),
            second["images"]!.AsArray().Select(i => i!.ToJsonString()).Order());
    }

    [Fact]
    public void COCO_comes_back_from_YOLO_with_the_same_masks()
    {
        ConversionResult there = _folder.Convert(
            DatasetFormat.Coco, Instances, DatasetFormat.Yolo, "yolo", o => o with { Images = Images, Split = "val" });
        _folder.Convert(DatasetFormat.Yolo, "yolo", DatasetFormat.Coco, "back.json", o => o with { Like = Instances });

        InstanceDataset before = InstanceDataset.Load(Instances);
        InstanceDataset after = InstanceDataset.Load(_folder.Full("back.json"));
        Assert.Equal((888, 111), (there.Objects, there.ImagesPlaced));
        Assert.Equal(before.Annotations.Count - there.Objects, ConversionFolder.Count(there, LossKind.Crowds));
        Assert.Equal(0, ConversionFolder.Count(there, LossKind.ChangedPixels));
        int changed = 0;
        foreach ((CocoAnnotation one, CocoAnnotation other) in Pairs(before, after, withCrowds: false))
        {
            CocoImage image = before.Images[before.IndexOfImage(one.ImageId)];
            Assert.Equal(one.ToRle(image.Height, image.Width), other.ToRle(image.Height, image.Width));
            Assert.Equal(one.CategoryId, other.CategoryId);
            changed += one.Segmentation!.Polygons is [var polygon] && polygon.SequenceEqual(other.Segmentation!.Polygons[0]) ? 0 : 1;
        }

        Assert.InRange(
            changed, 1, ConversionFolder.Count(there, LossKind.JoinedPolygons) + ConversionFolder.Count(there, LossKind.TracedPolygons));
    }

    [Fact]
    public void COCO_comes_back_from_VOC_less_the_pixels_named()
    {
        ConversionResult there = _folder.Convert(DatasetFormat.Coco, Instances, DatasetFormat.Voc, "voc");
        ConversionResult back = _folder.Convert(
            DatasetFormat.Voc, "voc", DatasetFormat.Coco, "back.json", o => o with { Like = Instances });

        InstanceDataset before = InstanceDataset.Load(Instances);
        long lost = 0;
        JsonArray annotations = JsonNode.Parse(File.ReadAllText(_folder.Full("back.json")))!["annotations"]!.AsArray();
        ILookup<long, JsonNode?> found = annotations.ToLookup(a => (long)a!["image_id"]!);
        for (int i = 0; i < before.Images.Count; i++)
        {
            CocoImage image = before.Images[i];
            JsonNode[] others = [.. found[image.Id].Select(n => n!)];
            Assert.Equal(before.AnnotationsOf(i).Count, others.Length);
            for (int k = 0; k < others.Length; k++)
            {
                Rle expected = before.AnnotationsOf(i)[k].ToRle(image.Height, image.Width);
                lost += expected.Area - (others[k]["segmentation"] is null ? 0 : (long)others[k]["area"]!);
                Assert.Equal(before.AnnotationsOf(i)[k].CategoryId, (int)others[k]["category_id"]!);
            }
        }

        Assert.Equal(lost, ConversionFolder.Count(there, LossKind.CoveredPixels));
        Assert.Equal(ConversionFolder.Count(there, LossKind.HiddenObjects), ConversionFolder.Count(back, LossKind.NoOutline));
        Assert.True(lost > 0);
    }

    private static bool Near(CocoAnnotation one, CocoAnnotation other) =>
        Math.Abs(one.Area - other.Area) <= 1e-6 * one.Area && Near(one.Bbox.X, other.Bbox.X) && Near(one.Bbox.Y, other.Bbox.Y)
        && Near(one.Bbox.Width, other.Bbox.Width) && Near(one.Bbox.Height, other.Bbox.Height);

    private static bool Near(double one, double other) => Math.Abs(one - other) < 1e-6;

    private static IEnumerable<(CocoAnnotation Before, CocoAnnotation After)> Pairs(
        InstanceDataset before, InstanceDataset after, bool withCrowds = true)
    {
        Assert.Equal(before.Images.Count, after.Images.Count);
        for (int i = 0; i < before.Images.Count; i++)
        {
            CocoAnnotation[] expected = [.. before.AnnotationsOf(i).Where(a => withCrowds || !a.IsCrowd)];
            ArraySegment<CocoAnnotation> actual = after.AnnotationsOf(after.IndexOfImage(before.Images[i].Id));
            Assert.Equal(expected.Length, actual.Count);
            for (int k = 0; k < expected.Length; k++)
            {
                yield return (expected[k], actual[k]);
            }
        }
    }
}
