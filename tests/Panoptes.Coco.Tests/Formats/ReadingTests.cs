using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>Files as other tools write them.</summary>
public sealed class ReadingTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LabelMe_shapes_of_all_kinds_are_read_and_groups_joined()
    {
        // A mask as labelme 5 writes it: the box from pixel to pixel, and a PNG of it.
        string png = Convert.ToBase64String(PngEncoder.Encode([0, 1, 1, 1], 2, 2, 2, PixelFormat.Gray8));
        JsonObject file = new()
        {
            ["version"] = "5.5.0",
            ["flags"] = new JsonObject { ["blurred"] = true, ["seen"] = false },
            ["shapes"] = new JsonArray(
                Shape("cat", "polygon", 1, 0, 0, 4, 0, 4, 4),
                Shape("dog", "rectangle", null, 10, 12, 14, 18),
                Shape("cat", "polygon", 1, 6, 0, 8, 0, 8, 4),
                Shape("dog", "circle", 1, 20, 20, 24, 20),
                Shape("dog", "point", null, 1, 1),
                Shape("owl", "mask", null, 30, 3, 31, 4)),
            ["imagePath"] = "..\\images\\Ümläut.png",
            ["imageData"] = null,
            ["imageHeight"] = 30,
            ["imageWidth"] = 40,
        };
        file["shapes"]![5]!["mask"] = png;
        file["shapes"]![1]!["flags"] = new JsonObject { ["hidden"] = true };
        _folder.Write("labels/1.json", file.ToJsonString());
        Directory.CreateDirectory(_folder.Full("images"));
        new Image(40, 30).SavePng(_folder.Full("images/Ümläut.png"));

        ConversionResult result = _folder.Convert(
            DatasetFormat.LabelMe, "labels", DatasetFormat.Coco, "c.json", o => o with { Images = _folder.Full("images") });
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));

        Assert.Equal("Ümläut.png", Assert.Single(read.Images).FileName);
        Assert.Equal(["cat", "dog", "owl"], read.Categories.Select(c => c.Name));
        Assert.Equal([1, 2, 2, 3], read.Annotations.Select(a => a.CategoryId));
        Assert.Equal(2, read.Annotations[0].Segmentation!.Polygons.Count);
        Assert.Equal([10, 12, 14, 12, 14, 18, 10, 18], read.Annotations[1].Segmentation!.Polygons[0]);
        Assert.InRange(read.Annotations[2].Area, 0.998 * Math.PI * 16, Math.PI * 16);
        Assert.Equal(new Box(30, 3, 32, 5), read.Annotations[3].Box);
        Assert.Equal(3, read.Annotations[3].Area);
        Assert.Equal(
            [(LossKind.Shapes, 1L), (LossKind.Circles, 1L), (LossKind.Attributes, 2L)], result.Losses.Select(l => (l.Kind, l.Count)));

        static JsonObject Shape(string label, string type, int? group, params double[] points) => new()
        {
            ["label"] = label,
            ["shape_type"] = type,
            ["group_id"] = group,
            ["points"] = new JsonArray([.. points.Chunk(2).Select(p => new JsonArray(p[0], p[1]))]),
            ["flags"] = new JsonObject(),
        };
    }

    [Fact]
    public void Voc_void_and_difficult_are_named_and_classes_come_from_the_class_map_where_there_is_no_annotation()
    {
        byte[] objects = [0, 1, 1, 255, 2, 2, 2, 255];
        byte[] classes = [0, 15, 15, 255, 9, 9, 9, 255];
        foreach ((string folder, byte[] labels) in new[] { ("SegmentationObject", objects), ("SegmentationClass", classes) })
        {
            Directory.CreateDirectory(_folder.Full($"v/{folder}"));
            File.WriteAllBytes(_folder.Full($"v/{folder}/a.png"), PngEncoder.Encode(labels, 4, 2, 4, PixelFormat.Gray8));
            File.WriteAllBytes(_folder.Full($"v/{folder}/b.png"), PngEncoder.Encode(labels, 4, 2, 4, PixelFormat.Gray8));
        }

        _folder.Write("v/ImageSets/Segmentation/train.txt", "a\n");
        _folder.Write("v/ImageSets/Segmentation/val.txt", "b\nnone\n");
        string objectsOfA = Object("chair", 1) + Object("cow", 0) + Object("cow", 0);
        _folder.Write("v/Annotations/a.xml", $"<annotation><filename>a.jpg</filename>{objectsOfA}</annotation>");

        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal(["a.jpg", "b.jpg"], read.Images.Select(i => i.FileName));
        Assert.Equal(20, read.Categories.Count);
        Assert.Equal(
            ["a chair 2", "a cow 3", "b person 2", "b chair 3"],
            read.Annotations.Select(
                a => $"{"ab"[read.IndexOfImage(a.ImageId)]} {read.Categories[read.IndexOfCategory(a.CategoryId)].Name} {a.Area}"));
        Assert.Equal(
            [(LossKind.NoOutline, 1L), (LossKind.VoidPixels, 4L), (LossKind.Attributes, 1L), (LossKind.UnlabeledImages, 1L)],
            result.Losses.Select(l => (l.Kind, l.Count)));

        Assert.Equal(1, _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json", o => o with { Split = "train" }).Images);

        static string Object(string name, int difficult) =>
            $"<object><name>{name}</name><difficult>{difficult}</difficult>"
            + "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>";
    }

    [Fact]
    public void Yolo_lists_of_images_and_other_layouts_are_found()
    {
        foreach (string image in new[] { "d/images/x/1.png", "d/images/y/2.png", "d/flat/3.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(image))!);
            new Image(40, 30).SavePng(_folder.Full(image));
        }

        _folder.Write("d/labels/x/1.txt", "1 0 0 0.5 0 0.5 0.5\n\n");
        _folder.Write("d/flat/3.txt", "0 0 0 1e-1 0 0.5 0.5 0.25 1\n");
        _folder.Write("d/list.txt", "./images/y/2.png\n");
        _folder.Write("coco.yaml", """
            # a comment
            path: d  # the root
            train:
              - images/x
              - list.txt
            val: flat
            test:
            nc: 2
            names: ['a: b',  # in two lines
                    "c, d"]
            download: |
              import os
              os.nothing()
            """);

        _folder.Convert(DatasetFormat.Yolo, "coco.yaml", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal(["images/x/1.png", "images/y/2.png", "flat/3.png"], read.Images.Select(i => i.FileName));
        Assert.Equal(["a: b", "c, d"], read.Categories.Select(c => c.Name));
        Assert.Equal([(1L, 2), (3L, 1)], read.Annotations.Select(a => (a.ImageId, a.CategoryId)));
        Assert.Equal([0, 0, 4, 0, 20, 15, 10, 30], read.Annotations[1].Segmentation!.Polygons[0]);

        _folder.Convert(DatasetFormat.Yolo, "coco.yaml", DatasetFormat.Coco, "c.json", o => o with { Split = "val" });
        Assert.Equal("3.png", Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Images).FileName);
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Yolo, "coco.yaml", DatasetFormat.Coco, "c.json", o => o with { Split = "test" }));
        Assert.Contains("has no part 'test'; it has train, val", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_lie_in_a_folder_of_any_name_with_any_suffix()
    {
        Directory.CreateDirectory(_folder.Full("m"));
        new Image(40, 30).SavePng(_folder.Full("m/7.png"));
        new Image(40, 30).SavePng(_folder.Full("m/8.png"));
        LabelMap map = new(40, 30);
        map.Row(3)[..5].Fill(4);
        map.SavePng(_folder.Full("m/7.ids.png"));

        ConversionResult result = _folder.Convert(
            DatasetFormat.Masks, "m", DatasetFormat.Coco, "c.json", o => o with { MaskSuffix = ".ids", Classes = "leaf" });
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal((7, "7.png"), (read.Images[0].Id, read.Images[0].FileName));
        Assert.Equal(5, Assert.Single(read.Annotations).Area);
        Assert.Equal(LossKind.SegmentIds, Assert.Single(result.Losses).Kind); // 4 becomes 1
    }

    [Fact]
    public void Formats_are_told_by_what_lies_there()
    {
        _folder.WriteEdgeCases();
        (DatasetFormat Format, string Output, DatasetFormat? Told)[] cases =
        [
            (DatasetFormat.Masks, "m", DatasetFormat.Masks),
            (DatasetFormat.Yolo, "y", DatasetFormat.Yolo),
            (DatasetFormat.LabelMe, "l", DatasetFormat.LabelMe),
            (DatasetFormat.Voc, "v", DatasetFormat.Voc),
            (DatasetFormat.Panoptic, "p.json", DatasetFormat.Panoptic),
            (DatasetFormat.PanopticDetection, "d.json", DatasetFormat.PanopticDetection),
            (DatasetFormat.PanopticTwoChannel, "2ch", null),
        ];
        foreach ((DatasetFormat format, string output, DatasetFormat? told) in cases)
        {
            _folder.Convert(DatasetFormat.Coco, "all.json", format, output);
            Assert.Equal(told, DatasetFormats.Detect(_folder.Full(output)));
            Assert.Equal(format, DatasetFormats.Parse(DatasetFormats.NameOf(format)));
        }

        Assert.Equal(DatasetFormat.Coco, DatasetFormats.Detect(_folder.Full("all.json")));
        Assert.Null(DatasetFormats.Detect(_folder.Write("list.json", "[1,2]")));
        Assert.Null(DatasetFormats.Detect(_folder.Write("broken.json", "{\"annotations\":[{")));
        Assert.Null(DatasetFormats.Detect(_folder.Full("nowhere")));
        Assert.Throws<InputException>(() => DatasetFormats.Parse("cocoo"));
    }

    [Fact]
    public void Images_are_linked_or_copied_as_they_are()
    {
        _folder.WriteEdgeCases();
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "linked", o => o with { Images = _folder.Full("images") });
        _folder.Convert(
            DatasetFormat.Coco,
            "all.json",
            DatasetFormat.Yolo,
            "copied",
            o => o with { Images = _folder.Full("images"), CopyImages = true });

        // A YOLO dataset knows where its images are.
        ConversionResult onwards = _folder.Convert(DatasetFormat.Yolo, "linked", DatasetFormat.Voc, "voc");
        Assert.Equal(2, onwards.ImagesPlaced);
        Assert.True(File.Exists(_folder.Full("voc/JPEGImages/grün/leer.png")));

        const string name = "images/train/grün/leer.png";
        Assert.Equal(_folder.Full("images/grün/leer.png"), new FileInfo(_folder.Full($"linked/{name}")).LinkTarget);
        Assert.Null(new FileInfo(_folder.Full($"copied/{name}")).LinkTarget);
        Assert.Equal(File.ReadAllBytes(_folder.Full("images/grün/leer.png")), File.ReadAllBytes(_folder.Full($"copied/{name}")));
    }

    [Fact]
    public void Keys_that_nothing_here_knows_are_named()
    {
        _folder.Write("all.json", """
            {"info":{"year":2026},"licenses":[{"id":1}],"images":[{"id":1,"file_name":"1.png","width":4,"height":4,"license":1}],
             "categories":[{"id":1,"name":"x","keypoints":["nose"]}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"area":8,"bbox":[0,0,4,2],
                             "segmentation":[[0,0,4,0,4,2,0,2]],"keypoints":[1,1,2]}]}
            """);
        ConversionResult panoptic = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Panoptic, "p.json");
        ConversionResult labelMe = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "l");

        Assert.Equal(["annotations.keypoints", "categories.keypoints"], panoptic.Losses.Single(l => l.Kind == LossKind.Keys).Examples);
        Assert.Equal(5, ConversionFolder.Count(labelMe, LossKind.Keys)); // these, images.license, info and licenses
        using JsonDocument written = JsonDocument.Parse(File.ReadAllText(_folder.Full("p.json")));
        Assert.Equal(2026, written.RootElement.GetProperty("info").GetProperty("year").GetInt32());
        Assert.Equal(1, written.RootElement.GetProperty("images")[0].GetProperty("license").GetInt32());
        Assert.Equal(1, written.RootElement.GetProperty("licenses").GetArrayLength());
    }

    [Fact]
    public void Ids_of_images_are_their_numbers_or_a_count_or_lent()
    {
        Directory.CreateDirectory(_folder.Full("m"));
        new LabelMap(4, 4).SavePng(_folder.Full("m/000017.png"));
        Assert.Equal([17L], Ids());
        new LabelMap(4, 4).SavePng(_folder.Full("m/b.png"));
        Assert.Equal([1L, 2L], Ids());
        string like = _folder.Write("like.json", """{"images":[{"id":40,"file_name":"b.jpg"},{"id":30,"file_name":"a/000017.jpg"}]}""");
        Assert.Equal([30L, 40L], Ids(like));
        like = _folder.Write("like.json", """{"images":[{"id":40,"file_name":"b.jpg"}]}""");
        string error = Assert.Throws<InputException>(() => Ids(like)).Message;
        Assert.Contains("like.json: images has none with the file_name 000017.png", error, StringComparison.Ordinal);

        IEnumerable<long> Ids(string? from = null)
        {
            _folder.Convert(DatasetFormat.Masks, "m", DatasetFormat.Coco, "c.json", o => o with { Like = from });
            return InstanceDataset.Load(_folder.Full("c.json")).Images.Select(i => i.Id);
        }
    }

    [Fact]
    public void Ids_of_classes_are_lent_by_name_and_the_others_lie_above()
    {
        const string names = """
            <meta><task><labels><label><name>person</name></label><label><name>hat</name></label><label><name>car</name></label>
            <label><name>ignore</name></label></labels></task></meta>
            """;
        _folder.Write("a.xml", $"""
            <annotations>{names}<image name="a.png" width="40" height="30">
              <polygon label="car" points="0,0;10,0;10,10"/><polygon label="hat" points="0,0;10,0;10,10"/>
            </image></annotations>
            """);
        _folder.Write("like.json", """
            {"images":[{"id":40,"file_name":"a.png"}],
             "categories":[{"id":1,"name":"person"},{"id":3,"name":"car"},{"id":90,"name":"dog"}]}
            """);
        ConversionResult result = _folder.Convert(
            DatasetFormat.Cvat, "a.xml", DatasetFormat.Coco, "c.json", o => o with { Like = _folder.Full("like.json") });
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal(
            [(1L, "person"), (3, "car"), (90, "dog"), (91, "hat"), (92, "ignore")], read.Categories.Select(c => (c.Id, c.Name)));
        Assert.Equal([(40L, 3L), (40, 91)], read.Annotations.Select(a => (a.ImageId, a.CategoryId)));
        ConversionLoss loss = Assert.Single(result.Losses); // no object is one of 'ignore'
        Assert.Equal((LossKind.ClassIds, 1L), (loss.Kind, loss.Count));
        Assert.StartsWith("hat: not in ", Assert.Single(loss.Examples), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        _folder.WriteEdgeCases();
        ConversionOptions options = new()
        {
            From = DatasetFormat.Coco,
            To = DatasetFormat.Panoptic,
            Input = _folder.Full("all.json"),
            Output = _folder.Full("p.json"),
        };
        Assert.Throws<OperationCanceledException>(
            () => DatasetConverter.Convert(options, cancellationToken: new CancellationToken(canceled: true)));
        Assert.False(File.Exists(_folder.Full("p.json")));
    }
}
