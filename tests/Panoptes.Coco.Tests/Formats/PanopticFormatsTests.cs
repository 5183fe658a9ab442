using System.Text.Json.Nodes;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Formats;

public sealed class PanopticFormatsTests : IDisposable
{
    private static readonly string[] s_names = ["000000142238.png", "000000439180.png"];

    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Sample(string name) => SharedData.Require($"panopticapi_sample_data/{name}");

    private static string Panoptic => Sample("panoptic_examples.json");

    [Fact]
    public void Panoptic_comes_back_from_the_detection_format_with_nothing_lost()
    {
        ConversionResult there = _folder.Convert(DatasetFormat.Panoptic, Panoptic, DatasetFormat.PanopticDetection, "d.json");
        ConversionResult back = _folder.Convert(DatasetFormat.PanopticDetection, "d.json", DatasetFormat.Panoptic, "p.json");

        Assert.Empty(there.Losses);
        Assert.Empty(back.Losses);
        SameLabels(Sample("panoptic_examples"), _folder.Full("p"));
        JsonNode expected = Parse(Panoptic);
        JsonNode actual = Parse(_folder.Full("p.json"));
        foreach ((string key, JsonNode? value) in expected.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, actual[key]), key);
        }
    }

    [Fact]
    public void The_detection_format_is_panopticapis_own()
    {
        _folder.Convert(DatasetFormat.Panoptic, Panoptic, DatasetFormat.PanopticDetection, "d.json");
        JsonArray expected = Parse(Sample("panoptic_coco_detection_format.json"))["annotations"]!.AsArray();
        JsonArray actual = Parse(_folder.Full("d.json"))["annotations"]!.AsArray();

        Assert.Equal(50, actual.Count);
        for (int i = 0; i < actual.Count; i++)
        {
            Assert.All(
                ["image_id", "category_id", "iscrowd", "area", "bbox", "segmentation"],
                key => Assert.True(JsonNode.DeepEquals(expected[i]![key], actual[i]![key]), $"{i}: {key}"));
        }
    }

    [Theory]
    [InlineData(DatasetFormat.Panoptic, "panoptic_examples.json")]
    [InlineData(DatasetFormat.PanopticDetection, "panoptic_coco_detection_format.json")]
    public void Two_channels_are_panopticapis_own_to_the_pixel(DatasetFormat from, string sample)
    {
        ConversionResult result = _folder.Convert(
            from,
            Sample(sample),
            DatasetFormat.PanopticTwoChannel,
            "2ch",
            o => o with { Classes = Sample("panoptic_coco_categories.json") });

        SameLabels(Sample("panoptic_examples_2ch_format"), _folder.Full("2ch"));
        Assert.Equal(50, ConversionFolder.Count(result, LossKind.SegmentIds));
    }

    [Theory]
    [InlineData(DatasetFormat.Panoptic, "x.json")]
    [InlineData(DatasetFormat.PanopticDetection, "x.json")]
    public void Two_channels_come_back_from_the_other_formats_with_the_same_ids(DatasetFormat through, string file)
    {
        string channels = Sample("panoptic_examples_2ch_format");
        ConversionResult there = _folder.Convert(DatasetFormat.PanopticTwoChannel, channels, through, file, Described);
        ConversionResult back = _folder.Convert(through, file, DatasetFormat.PanopticTwoChannel, "2ch");

        Assert.Empty(there.Losses);
        SameLabels(channels, _folder.Full("2ch"));
        Assert.Equal(0, ConversionFolder.Count(back, LossKind.SegmentIds));
        JsonNode made = Parse(_folder.Full(file));
        Assert.True(JsonNode.DeepEquals(Parse(Sample("images_info_examples.json"))["images"], made["images"]));
    }

    [Fact]
    public void Two_channels_know_crowds_classes_and_pixels_of_the_panoptic_original()
    {
        _folder.Convert(
            DatasetFormat.PanopticTwoChannel, Sample("panoptic_examples_2ch_format"), DatasetFormat.Panoptic, "p.json", Described);
        Assert.Equal(Figures(Panoptic), Figures(_folder.Full("p.json")));

        static IEnumerable<string> Figures(string path) => Parse(path)["annotations"]!.AsArray().SelectMany(annotation =>
            annotation!["segments_info"]!.AsArray().Select(s =>
                $"{annotation["image_id"]} {s!["category_id"]} {s["iscrowd"]} {s["area"]} {s["bbox"]!.ToJsonString()}")).Order();
    }

    [Fact]
    public void Things_become_objects_and_stuff_is_named_or_kept()
    {
        ConversionResult things = _folder.Convert(DatasetFormat.Panoptic, Panoptic, DatasetFormat.Coco, "things.json");
        Assert.Equal((43, 80), (things.Objects, things.Classes));
        Assert.Equal(7, ConversionFolder.Count(things, LossKind.Stuff));

        ConversionResult all = _folder.Convert(
            DatasetFormat.Panoptic, Panoptic, DatasetFormat.Coco, "all.json", o => o with { KeepStuff = true });
        Assert.Equal((50, 133), (all.Objects, all.Classes));
        Assert.Equal(0, ConversionFolder.Count(all, LossKind.Stuff));
        JsonArray annotations = Parse(_folder.Full("all.json"))["annotations"]!.AsArray();
        Assert.Equal(3, annotations.Count(a => (int)a!["iscrowd"]! == 1));
    }

    [Fact]
    public void A_real_panoptic_set_comes_back_from_the_detection_format_with_the_same_ids()
    {
        string path = SharedData.Require("coco/annotations/panoptic_val2017.json");
        _folder.Convert(DatasetFormat.Panoptic, path, DatasetFormat.PanopticDetection, "d.json");
        ConversionResult back = _folder.Convert(DatasetFormat.PanopticDetection, "d.json", DatasetFormat.Panoptic, "p.json");

        string[] pngs = Directory.GetFiles(_folder.Full("p"));
        Assert.Equal(back.Images, pngs.Length);
        Assert.All(pngs, png => ConversionFolder.SameLabels(Path.Combine(Path.ChangeExtension(path, null), Path.GetFileName(png)), png));
    }

    [Theory]
    [InlineData("unknown label", "has the label 9, but the segments_info of image 1 has no such id")]
    [InlineData("other size", "is 3x2, but image 1 is 4x2")]
    public void Labels_and_segments_that_do_not_belong_together_are_refused(string what, string message)
    {
        LabelMap map = new(what == "other size" ? 3 : 4, 2);
        map.Row(1)[0] = 9;
        Directory.CreateDirectory(_folder.Full("p"));
        map.SavePng(_folder.Full("p/1.png"));
        _folder.Write("p.json", """
            {"images":[{"id":1,"file_name":"1.jpg","width":4,"height":2}],"categories":[{"id":1,"name":"x","isthing":1}],
             "annotations":[{"image_id":1,"file_name":"1.png","segments_info":[]}]}
            """);
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Panoptic, "p.json", DatasetFormat.Coco, "c.json"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("1.png", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Full("c.json")));
    }

    [Fact]
    public void A_segment_without_pixels_is_left_out_and_named()
    {
        LabelMap map = new(4, 2);
        map.Row(1)[0] = 9;
        Directory.CreateDirectory(_folder.Full("p"));
        map.SavePng(_folder.Full("p/1.png"));
        _folder.Write("p.json", """
            {"images":[{"id":1,"file_name":"1.jpg"}],"categories":[{"id":1,"name":"x","isthing":1}],
             "annotations":[{"image_id":1,"file_name":"1.png","segments_info":[{"id":9,"category_id":1},{"id":8,"category_id":1}]}]}
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Panoptic, "p.json", DatasetFormat.PanopticDetection, "d.json");
        Assert.Equal((1, 1L), (result.Objects, ConversionFolder.Count(result, LossKind.EmptySegments)));
        Assert.Equal(new ConversionCounts(1, 1, 1), result.Read);
    }

    private static JsonNode Parse(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    private static void SameLabels(string expected, string actual) =>
        Assert.All(s_names, name => ConversionFolder.SameLabels(Path.Combine(expected, name), Path.Combine(actual, name)));

    private static ConversionOptions Described(ConversionOptions options) => options with
    {
        Classes = Sample("panoptic_coco_categories.json"),
        Like = Sample("images_info_examples.json"),
    };
}
