using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>COCO files as exporters write them.</summary>
public sealed class CocoOdditiesTests : IDisposable
{
    private const string Triangle = "[[0,0,10,0,10,10]]";

    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_of_Windows_become_names_of_this_system_where_files_are_named_by_them()
    {
        WriteImage("set/images/a.png");
        WriteCoco("""{"id":1,"file_name":"images\\a.png","width":40,"height":30}""", Annotation(1, Triangle));
        ConversionResult result = _folder.Convert(
            DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y", o => o with { Images = _folder.Full("set") });
        Assert.Equal(1, result.ImagesPlaced);
        Assert.True(File.Exists(_folder.Full("y/images/train/a.png")));
        Assert.Equal(1, _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "back.json").Objects);
    }

    [Fact]
    public void Lvis_s_images_are_named_by_coco_url()
    {
        WriteImage("train2017/000000391895.png");
        WriteCoco(
            """{"id":391895,"coco_url":"http://images.cocodataset.org/train2017/000000391895.png","width":40,"height":30}""",
            Annotation(391895, Triangle));
        _folder.Convert(
            DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y", o => o with { Images = _folder.Full("train2017") });
        Assert.True(File.Exists(_folder.Full("y/labels/train/000000391895.txt")));
        Assert.True(File.Exists(_folder.Full("y/images/train/000000391895.png")));
    }

    [Fact]
    public void An_id_that_occurs_twice_is_skipped_and_named_and_strict_stops_at_it()
    {
        _folder.Write("all.json", $$"""
            {"images":[{"id":1,"file_name":"a.png","width":40,"height":30},{"id":1,"file_name":"b.png","width":40,"height":30}],
             "categories":[{"id":1,"name":"cat"},{"id":1,"name":"dog"},{"name":"no id"}],
             "annotations":[{{Annotation(1, Triangle)}},{{Annotation(1, Triangle)}}]}
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "l");
        Assert.Equal((1, 1, 1), (result.Images, result.Objects, result.Classes));
        ConversionLoss loss = Assert.Single(result.Losses, l => l.Kind == LossKind.InvalidObjects);
        Assert.Equal(4, loss.Count);
        Assert.Contains(loss.Examples, example => example.Contains("('cat' and 'dog')", StringComparison.Ordinal));
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "strict", o => o with { Strict = true }));
        Assert.Equal(_folder.Full("all.json"), error.File);
    }

    [Fact]
    public void A_polygon_above_the_limits_is_skipped_and_named()
    {
        string points = string.Join(',', Enumerable.Range(0, 3_000).Select(i => i % 2 == 0 ? "0,0" : "2000,2000"));
        WriteCoco(
            """{"id":1,"file_name":"a.png","width":2000,"height":2000}""",
            string.Join(
                ',',
                """{"id":1,"image_id":1,"category_id":1,"segmentation":[[0,0,10,0,10,10]],"bbox":[0,0,10,10],"area":50}""",
                $$"""{"id":2,"image_id":1,"category_id":1,"segmentation":[[{{points}}]],"bbox":[0,0,2000,2000],"area":50}"""));
        ConversionResult result = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "m");
        Assert.Equal(1, result.Objects);
        ConversionLoss loss = Assert.Single(result.Losses, l => l.Kind == LossKind.InvalidObjects);
        Assert.StartsWith($"{_folder.Full("all.json")}: annotation 2: ", Assert.Single(loss.Examples), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_element_is_skipped_and_named_and_strict_stops_at_it()
    {
        WriteCoco(
            """{"id":1,"file_name":"a.png","width":40,"height":30},{"file_name":"no id"}""",
            string.Join(
                ',',
                Annotation(1, Triangle),
                """{"id":2,"image_id":1,"category_id":1,"segmentation":[["x",0,10,0,10,10]],"bbox":[0,0,10,10],"area":50}""",
                """{"id":3,"image_id":7,"category_id":1,"segmentation":[[0,0,10,0,10,10]],"bbox":[0,0,10,10],"area":50}""",
                """{"id":4,"image_id":1,"category_id":9,"segmentation":[[0,0,10,0,10,10]],"bbox":[0,0,10,10],"area":50}""",
                """{"id":5,"image_id":1,"category_id":1,"segmentation":{"size":[30,40],"counts":"\"\""},"bbox":[0,0,1,1],"area":1}""",
                """{"id":6,"image_id":1,"category_id":1.0,"segmentation":[[0,0,10,0,10,10]],"bbox":[0,0,10,10],"area":50}"""));
        ConversionResult result = _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "l");
        Assert.Equal((1, 2), (result.Images, result.Objects));
        Assert.Equal(5, ConversionFolder.Count(result, LossKind.InvalidObjects));
        Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.LabelMe, "strict", o => o with { Strict = true }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_lengths_that_state_columns_before_rows_are_exchanged(bool transposed)
    {
        Rle mask = Rle.FromBox(new Box(5, 2, 15, 8), 30, 40);
        string counts = (transposed ? Rle.FromBox(new Box(2, 5, 8, 15), 40, 30) : mask).ToCompressedString()
            .Replace("\\", "\\\\", StringComparison.Ordinal);
        string path = WriteCoco(
            """{"id":1,"file_name":"a.png","width":40,"height":30}""",
            $$"""
            {"id":1,"image_id":1,"category_id":1,"segmentation":{"size":[40,30],"counts":"{{counts}}"},"bbox":[5,2,10,6],"area":60}
            """);
        InstanceDataset dataset = InstanceDataset.Load(path);
        Assert.Equal(mask, dataset.Annotations[0].ToRle(30, 40));
        Assert.Equal(DatasetWarningKind.ExchangedSize, Assert.Single(dataset.Warnings).Kind);
        Assert.Equal(
            1, ConversionFolder.Count(_folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y"), LossKind.Repaired));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(104.7)] // the box was 10.3 x 10.17 before it was rounded
    public void Areas_that_are_the_box_s_are_taken_from_the_masks_and_told_once(double boxArea)
    {
        string[] objects = [.. Enumerable.Range(1, 20).Select(i => Annotation(1, Triangle, i, area: boxArea))];
        string path = WriteCoco(
            """{"id":1,"file_name":"a.png","width":40,"height":30}""", string.Join(',', objects));
        InstanceDataset dataset = InstanceDataset.Load(path);
        Assert.All(dataset.Annotations, a => Assert.Equal(50, a.Area));
        Assert.Equal(
            "20 of 20 objects state the area of their box as their own; the areas were taken from the masks",
            Assert.Single(dataset.DescribeWarnings()));

        // A few wrong ones are not an exporter's, and full boxes are no error.
        objects = [.. objects.Take(10), .. Enumerable.Range(11, 10).Select(i => Annotation(1, Triangle, i, area: 50))];
        path = WriteCoco("""{"id":1,"file_name":"a.png","width":40,"height":30}""", string.Join(',', objects));
        Assert.Empty(InstanceDataset.Load(path).Warnings);
        path = WriteCoco("""{"id":1,"file_name":"a.png","width":40,"height":30}""", Annotation(1, "[[0,0,10,0,10,10,0,10]]", area: 100));
        Assert.Empty(InstanceDataset.Load(path).Warnings);
    }

    [Theory]
    [InlineData("none", "crates", 1, 1)]
    [InlineData("none", "crates", 0, 2)] // it is used
    [InlineData("none", "other", 1, 2)]
    [InlineData("thing", "crates", 1, 2)]
    public void Roboflow_s_first_class_is_none(string first, string second, int used, int classes)
    {
        string path = _folder.Write("all.json", $$$"""
            {"images":[{"id":1,"file_name":"a.png","width":40,"height":30}],
             "categories":[{"id":0,"name":"crates","supercategory":"{{{first}}}"},{"id":1,"name":"box","supercategory":"{{{second}}}"}],
             "annotations":[{"id":1,"image_id":1,"category_id":{{{used}}},"bbox":[0,0,10,10],"area":50,"segmentation":{{{Triangle}}}}]}
            """);
        InstanceDataset dataset = InstanceDataset.Load(path);
        Assert.Equal(classes, dataset.Categories.Count);
        Assert.Equal(2 - classes, dataset.DescribeWarnings().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sizes_that_are_not_stated_are_those_of_the_images(bool strict)
    {
        WriteImage("images/a.png");
        WriteCoco("""{"id":1,"file_name":"a.png"}""", Annotation(1, Triangle));
        ConversionResult result = _folder.Convert(
            DatasetFormat.Coco,
            "all.json",
            DatasetFormat.Masks,
            "m",
            o => o with { Images = _folder.Full("images"), Strict = strict });
        Assert.Equal((1, 0), (result.Objects, ConversionFolder.Count(result, LossKind.InvalidObjects)));
        LabelMap map = LabelMap.Load(_folder.Full("m/PedMasks/a_mask.png"));
        Assert.Equal((40, 30), (map.Width, map.Height));
        Assert.True(map.CountPixels()[1] > 0);

        InputException error = Assert.Throws<InputException>(() => _folder.Convert(
            DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "none", o => o with { Strict = strict }));
        Assert.StartsWith(_folder.Full("all.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "the size of a.png is not stated; give the folder of the images (ConversionOptions.Images)",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_map_that_is_missing_costs_its_image_only()
    {
        foreach (string name in new[] { "a", "b" })
        {
            LabelMap map = new(4, 3);
            map.Row(0)[0] = 1;
            Directory.CreateDirectory(_folder.Full("p"));
            map.SavePng(_folder.Full($"p/{name}.png"));
        }

        string annotations = string.Join(',', new[] { "a", "b", "gone" }.Select((name, i) => $$"""
            {"image_id":{{i}},"file_name":"{{name}}.png","segments_info":[{"id":1,"category_id":1,"area":1,"bbox":[0,0,1,1],"iscrowd":0}]}
            """));
        _folder.Write("p.json", $$"""
            {"images":[{"id":0,"file_name":"a.jpg"},{"id":1,"file_name":"b.jpg"},{"id":2,"file_name":"gone.jpg"}],
             "categories":[{"id":1,"name":"crate","isthing":1}],"annotations":[{{annotations}}]}
            """);
        foreach ((DatasetFormat to, string output) in new[]
        {
            (DatasetFormat.Coco, "c.json"), (DatasetFormat.PanopticDetection, "d.json"), (DatasetFormat.PanopticTwoChannel, "2ch"),
        })
        {
            ConversionResult result = _folder.Convert(DatasetFormat.Panoptic, "p.json", to, output);
            Assert.Equal((2, 2, 1), (result.Images, result.Objects, ConversionFolder.Count(result, LossKind.InvalidFiles)));
            Assert.Throws<InputException>(
                () => _folder.Convert(DatasetFormat.Panoptic, "p.json", to, output, o => o with { Strict = true }));
        }
    }

    private static string Annotation(int image, string segmentation, int id = 1, double area = 50) =>
        FormattableString.Invariant($$"""{"id":{{id}},"image_id":{{image}},"category_id":1,"segmentation":{{segmentation}},"bbox":[0,0,10,10],"area":{{area}}}""");

    private string WriteCoco(string images, string annotations) => _folder.Write(
        "all.json", $$"""{"images":[{{images}}],"categories":[{"id":1,"name":"crate"}],"annotations":[{{annotations}}]}""");

    private void WriteImage(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(name))!);
        new Image(40, 30).SavePng(_folder.Full(name));
    }
}
