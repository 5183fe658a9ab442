using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.Checks;

/// <summary>A repair never throws away what it only failed to read, find or understand.</summary>
public sealed class RepairKeepsTests : IDisposable
{
    private const string Polygon = "[[10,5,40,5,40,25,10,25]]";

    private readonly CheckFolder _folder = new();

    private DatasetCheckOptions Fix => new() { Fix = _folder.Fixed };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"images\":[", "\"images\":[{\"file_name\":\"x.png\",\"width\":60,\"height\":40},")]
    [InlineData("\"images\":[", "\"images\":[7,")]
    [InlineData("\"images\":[", "\"images\":[{\"id\":2,\"file_name\":\"c.png\",\"height\":40,\"width\":60},")]
    [InlineData("\"a.png\"", "[5]")]
    [InlineData("\"categories\":[", "\"categories\":[\"lion\",")]
    [InlineData("\"categories\":[", "\"categories\":[{\"name\":\"lion\"},")]
    [InlineData("\"categories\":[", "\"categories\":[{\"id\":3,\"name\":\"lion\"},")]
    [InlineData("\"annotations\":[", "\"annotations\":[[{}],")]
    [InlineData("\"image_id\":1", "\"image_id\":5")]
    [InlineData("\"category_id\":3", "\"category_id\":4")]
    [InlineData("\"bbox\":[10,5,30,20],", "\"bbox\":{\"x\":[1]},")]
    [InlineData(Polygon, "\"none\"")]
    [InlineData(Polygon, "[[1,2,3,4]]")]
    [InlineData(Polygon, "[{\"x\":[1,2]}]")]
    [InlineData(Polygon, "[[[1,1],[20,1],[20,20]]]")]
    [InlineData(Polygon, "{\"size\":[[40,60],3],\"counts\":[200,400,1800]}")]
    [InlineData(Polygon, "{\"size\":[[40,60]],\"counts\":[200,400,1800]}")]
    [InlineData(Polygon, "{\"size\":[[40],[60]],\"counts\":[200,400,1800]}")]
    [InlineData(Polygon, "{\"size\":{\"h\":[1]},\"counts\":[200]}")]
    [InlineData(Polygon, "{\"size\":[40,60,[1]],\"counts\":[200,400,1800]}")]
    [InlineData(Polygon, "{\"size\":[40,60],\"counts\":[[200,400,1800]]}")]
    [InlineData(Polygon, "{\"size\":[40,60],\"counts\":[{\"a\":[1]},2]}")]
    [InlineData(Polygon, "{\"size\":[60,40],\"counts\":[200,400,1800]}")]
    [InlineData("[[10,5,40", "[[1,2,3,4,5,6,7],[10,5,40")]
    public void What_could_not_be_understood_stays_and_the_others_are_untouched(string replace, string with)
    {
        string json = CheckFolder.With(replace, with);
        DatasetCheckResult result = _folder.Check(json, Fix);
        Assert.Null(result.Refusal);
        DatasetCheckResult after = result.Repair!.Check;
        Assert.Equal((result.Images, result.Instances, result.Classes), (after.Images, after.Instances, after.Classes));
        JsonNode before = JsonNode.Parse(json)!;
        JsonNode repaired = JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
        Assert.True(JsonNode.DeepEquals(before["annotations"]!.AsArray()[^1], repaired["annotations"]!.AsArray()[^1]));
        Assert.True(JsonNode.DeepEquals(before["annotations"]!.AsArray()[^2], repaired["annotations"]!.AsArray()[^2]));
    }

    [Fact]
    public void Images_that_are_not_found_or_cannot_be_read_stay_with_their_objects()
    {
        string images = _folder.Images;
        File.Delete(Path.Combine(images, "a.png"));
        File.WriteAllText(Path.Combine(images, "b.png"), "cut off");
        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, Fix with { Images = images });
        Assert.Equal([(ProblemKind.MissingImage, 1), (ProblemKind.UnreadableImage, 1)], CheckFolder.Serious(result.Repair!.Check));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    [Theory]
    [InlineData(1, 2, ProblemKind.DuplicateFileName, "image 2 (f.jpg) and image 1: 1920x1080 and 640x480 stated")]
    [InlineData(2, 2, ProblemKind.DuplicateImageId, "image 2 (f.jpg) and image 2 (f.jpg): 1920x1080 and 640x480 stated")]
    public void Entries_of_the_same_name_with_other_sizes_stay_with_their_objects(int first, int second, ProblemKind kind, string example)
    {
        string json = $$"""
            {"images":[{"id":{{first}},"file_name":"f.jpg","width":640,"height":480},
            {"id":{{second}},"file_name":"f.jpg","width":1920,"height":1080}],
            "categories":[{"id":3,"name":"cat"}],
            "annotations":[{"id":7,"image_id":2,"category_id":3,"bbox":[1500,800,100,100],"area":10000,"iscrowd":0,
            "segmentation":[[1500,800,1600,800,1600,900,1500,900]]}]}
            """;
        DatasetCheckResult result = _folder.Check(json, Fix);
        Assert.Null(result.Refusal);
        Assert.Equal([example], result.Findings.Single(f => f.Problem.Kind == kind).Examples);
        Assert.Contains((kind, 1), CheckFolder.Serious(result.Repair!.Check));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    [Fact]
    public void An_entry_without_a_size_stays_where_those_of_the_same_name_have_several()
    {
        string json = CheckFolder.With(
            "\"images\":[",
            "\"images\":[{\"id\":5,\"file_name\":\"b.png\",\"height\":20,\"width\":30},{\"id\":6,\"file_name\":\"b.png\"},");
        DatasetCheckResult result = _folder.Check(json, Fix);
        Assert.Equal(
            ["image 6 (b.png) and image 5: no size and 30x20 stated", "image 2 (b.png) and image 5: 60x40 and 30x20 stated"],
            result.Findings.Single(f => f.Problem.Kind == ProblemKind.DuplicateFileName).Examples);
        Assert.Empty(result.Repair!.Changes);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    [Fact]
    public void Names_with_backslashes_and_addresses_are_found()
    {
        string images = _folder.Images;
        string json = CheckFolder.With("\"a.png\"", "\"images\\\\a.png\"")
            .Replace("\"file_name\":\"b.png\"", "\"coco_url\":\"http://images.cocodataset.org/images/b.png\"", StringComparison.Ordinal);
        Assert.Empty(CheckFolder.Serious(_folder.Check(json, new DatasetCheckOptions { Images = images })));
    }

    [Fact]
    public void More_than_a_tenth_goes_only_where_that_is_allowed()
    {
        string json = CheckFolder.With(Polygon, "[[10,5,10,25,10,15]]");
        File.WriteAllText(_folder.Fixed, "old");
        DatasetCheckResult refused = _folder.Check(json, Fix);
        Assert.Null(refused.Repair);
        Assert.StartsWith(
            "the repair would drop 0 of 2 images and 1 of 3 instances, more than a tenth (masks without a pixel: 1)",
            refused.Refusal,
            StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_folder.Fixed));
        Assert.Equal(2, _folder.Check(json, Fix with { AllowLoss = true }).Repair!.Check.Instances);
    }

    [Fact]
    public void Ids_that_are_texts_or_large_are_ids()
    {
        string json = CheckFolder.Clean
            .Replace("\"id\":3,\"name\"", "\"id\":3860339365,\"name\"", StringComparison.Ordinal)
            .Replace("\"category_id\":3,", "\"category_id\":3860339365,", StringComparison.Ordinal)
            .Replace("\"id\":1,\"file_name\"", "\"id\":\"aachen_000000_000019\",\"file_name\"", StringComparison.Ordinal)
            .Replace("\"image_id\":1", "\"image_id\":\"aachen_000000_000019\"", StringComparison.Ordinal)
            .Replace("\"id\":2,\"file_name\"", "\"id\":9223372036854775807,\"file_name\"", StringComparison.Ordinal)
            .Replace("\"image_id\":2", "\"image_id\":9223372036854775807", StringComparison.Ordinal)
            .Replace("\"id\":7,", "\"id\":\"first\",", StringComparison.Ordinal);
        DatasetCheckResult result = _folder.Check(json, Fix);
        Assert.Empty(result.Findings);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
        InstanceDataset dataset = InstanceDataset.Load(_folder.Fixed);
        Assert.Equal("aachen_000000_000019", dataset.Images[0].IdText);
        Assert.Equal(0, dataset.IndexOfImage(CocoId.Of("aachen_000000_000019")));
        string copy = _folder.In("copy.json");
        CocoWriter.WriteInstances(copy, dataset);
        Assert.Equal("aachen_000000_000019", (string?)JsonNode.Parse(File.ReadAllText(copy))!["annotations"]![0]!["image_id"]);
    }

    [Fact]
    public void Nothing_to_learn_is_an_error_and_crowds_can_be_cleared()
    {
        string json = CheckFolder.Clean.Replace("\"iscrowd\":0", "\"iscrowd\":1", StringComparison.Ordinal)
            .Replace(Polygon, "{\"size\":[40,60],\"counts\":[400,600,1400]}", StringComparison.Ordinal)
            .Replace("[10,5,30,20]", "[10,0,15,40]", StringComparison.Ordinal);
        Assert.Equal([(ProblemKind.OnlyCrowds, 1)], CheckFolder.Serious(_folder.Check(json)));
        DatasetCheckResult result = _folder.Check(json, Fix with { ClearCrowd = true });
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
        Assert.All(InstanceDataset.Load(_folder.Fixed).Annotations, annotation => Assert.False(annotation.IsCrowd));

        const string empty = """{"images":[{"id":1,"file_name":"a.png","height":40,"width":60}],"annotations":[],"categories":[{"id":1,"name":"a"}]}""";
        Assert.Equal([(ProblemKind.NoInstances, 1)], CheckFolder.Serious(_folder.Check(empty)));
    }

    [Fact]
    public void Cancelled_it_leaves_the_old_copy()
    {
        File.WriteAllText(_folder.Fixed, "old");
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => DatasetCheck.Run(_folder.Write(CheckFolder.Clean), Fix, cancellationToken: cancelled.Token));
        Assert.Equal("old", File.ReadAllText(_folder.Fixed));
    }

    [Fact]
    public void Segments_stay_where_the_label_map_does_not_fit_them()
    {
        const string json =
            """
            {"images":[{"id":"a_1","file_name":"a.jpg","width":4,"height":4}],"categories":[{"id":3,"name":"cat","isthing":1}],
            "annotations":[{"image_id":"a_1","file_name":"a.png","segments_info":[{"id":5,"category_id":3,"area":16,"iscrowd":0}]}]}
            """;
        LabelMap map = new(4, 4);
        map.Labels.Fill(5 << 16); // the channels in another order
        map.SavePng(_folder.In("a.png"));
        DatasetCheckResult result = _folder.Check(json, Fix with { PanopticFolder = _folder.Path });
        Assert.Equal(
            [(ProblemKind.LabelWithoutSegment, 1), (ProblemKind.SegmentWithoutPixels, 1)], CheckFolder.Serious(result.Repair!.Check));
        Assert.Equal("a_1", PanopticDataset.Load(_folder.Fixed).Annotations[0].ImageIdText);
    }
}
