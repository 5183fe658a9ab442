using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Coco.Tests.Datasets.Checks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Datasets;

public sealed class DatasetMergeTests : IDisposable
{
    // The ids of images, objects and classes clash; dog is a class of both, cow a new one.
    private const string Second =
        """
        {"images":[{"id":1,"file_name":"c.png","height":40,"width":60,"x":5},{"id":30,"file_name":"d.png","height":40,"width":60}],
        "categories":[{"id":3,"name":"dog"},{"id":9,"name":"cow","y":6}],
        "annotations":[{"id":7,"image_id":1,"category_id":3,"bbox":[1,1,2,2],"z":7},{"id":50,"image_id":30,"category_id":9,"bbox":[1,1,2,2]}]}
        """;

    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_are_joined_by_name_and_ids_renumbered_where_they_clash()
    {
        JsonNode merged = Merge(Second, null, out MergeResult result);
        JsonNode first = JsonNode.Parse(CheckFolder.Clean)!;
        foreach ((string list, string[] added) in new (string, string[])[]
        {
            ("images", ["""{"id":31,"file_name":"c.png","height":40,"width":60,"x":5}""", """{"id":30,"file_name":"d.png","height":40,"width":60}"""]),
            ("categories", ["""{"id":10,"name":"cow","y":6}"""]),
            ("annotations",
            [
                """{"id":51,"image_id":31,"category_id":9,"bbox":[1,1,2,2],"z":7}""",
                """{"id":50,"image_id":30,"category_id":10,"bbox":[1,1,2,2]}""",
            ]),
        })
        {
            JsonNode?[] expected = [.. first[list]!.AsArray().Select(n => n!.DeepClone()), .. added.Select(text => JsonNode.Parse(text))];
            Assert.True(JsonNode.DeepEquals(new JsonArray(expected), merged[list]), $"{merged[list]}");
        }

        Assert.True(JsonNode.DeepEquals(first["more"], merged["more"]));
        Assert.True(JsonNode.DeepEquals(first["licenses"], merged["licenses"]));
        Assert.Equal((new DatasetFile(_folder.Fixed, 4, 5, 3), 1, 1, 2, 0),
            (result.File, result.RenumberedImages, result.RenumberedAnnotations, result.RenumberedCategories, result.JoinedImages));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void The_same_image_name_is_an_error_with_advice()
    {
        InputException error = Assert.Throws<InputException>(() => Merge(SameName, null, out _));
        Assert.Contains("the image 'b.png' is in", error.Message, StringComparison.Ordinal);
        Assert.Contains("MergeOptions.PrefixFolders", error.Message, StringComparison.Ordinal);
        Assert.Contains("MergeOptions.JoinImages", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Fixed));
    }

    [Fact]
    public void Folders_before_the_names_make_them_different()
    {
        JsonNode merged = Merge(SameName, new MergeOptions { PrefixFolders = ["one", "two/"] }, out _);
        Assert.Equal(["one/a.png", "one/b.png", "two/b.png", "two/d.png"], merged["images"]!.AsArray().Select(i => (string?)i!["file_name"]));
    }

    [Fact]
    public void Images_that_are_the_same_get_the_objects_of_both()
    {
        JsonNode merged = Merge(SameName, new MergeOptions { JoinImages = true }, out MergeResult result);
        Assert.Equal([1, 2, 30], merged["images"]!.AsArray().Select(i => (int)i!["id"]!));
        Assert.Equal([1, 2, 2, 2, 30], merged["annotations"]!.AsArray().Select(i => (int)i!["image_id"]!));
        Assert.Equal((1, 0), (result.JoinedImages, result.RenumberedImages));
    }

    [Fact]
    public void Images_of_different_sizes_are_not_the_same()
    {
        string other = SameName.Replace("\"b.png\",\"height\":40", "\"b.png\",\"height\":41", StringComparison.Ordinal);
        InputException error = Assert.Throws<InputException>(() => Merge(other, new MergeOptions { JoinImages = true }, out _));
        Assert.Contains("it is 60x41 there and 60x40 before", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": 1, \"name\": \"x\"}", 0)]
    [InlineData("{\"id\":1,\"name\":\"y\"}", 1)]
    public void Other_licenses_are_told(string license, int warnings)
    {
        Merge(CheckFolder.With("{\"images\"", $"{{\"licenses\":[{license}],\"images\"", Second), null, out MergeResult result);
        Assert.Equal(warnings, result.Warnings.Count(w => w.Contains("its licenses are not the first dataset's", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"category_id\":3", "\"category_id\":4", "annotation 7: category_id is not the id of a class")]
    [InlineData("\"image_id\":1", "\"image_id\":4", "annotation 7: image_id is not the id of an image")]
    [InlineData("\"id\":30", "\"id\":1", "image 1 (d.png): the id is there twice")]
    [InlineData("\"d.png\"", "\"c.png\"", "the file is listed twice")]
    public void What_check_would_find_is_refused(string replace, string with, string message)
    {
        InputException error = Assert.Throws<InputException>(() => Merge(CheckFolder.With(replace, with, Second), null, out _));
        Assert.StartsWith(_folder.In("second.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("DatasetCheckOptions.Fix", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("instances", 581, 4769, 80)]
    [InlineData("panoptic", 111, 111, 133)]
    public void COCO_train_and_val_are_joined_without_a_loss(string kind, int images, int annotations, int classes)
    {
        string[] files = [.. new[] { "val", "train" }.Select(split => SharedData.Require($"coco/annotations/{kind}_{split}2017.json"))];
        MergeResult result = DatasetMerge.Write(files, _folder.Fixed, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new DatasetFile(_folder.Fixed, images, annotations, classes), result.File);
        Assert.Equal((0, 0, 0), (result.RenumberedImages, result.RenumberedAnnotations, result.RenumberedCategories));
        Assert.Equal(0, DatasetCheck.Run(_folder.Fixed, cancellationToken: TestContext.Current.CancellationToken).Errors);
        if (kind == "instances")
        {
            Assert.Equal(
                files.SelectMany(f => InstanceDataset.Load(f).Annotations).Select(a => (a.Id, a.ImageId, a.CategoryId, a.Bbox)).OrderBy(a => a.Id),
                InstanceDataset.Load(_folder.Fixed).Annotations.Select(a => (a.Id, a.ImageId, a.CategoryId, a.Bbox)).OrderBy(a => a.Id));
        }
    }

    [Fact]
    public void A_data_set_joined_with_itself_has_everything_twice()
    {
        string file = SharedData.Require("coco/annotations/panoptic_val2017.json");
        MergeResult result = DatasetMerge.Write(
            [file, file], _folder.Fixed, new MergeOptions { PrefixFolders = ["a", "b"] }, TestContext.Current.CancellationToken);
        Assert.Equal((22, 22, 133, 11), (result.File.Images, result.File.Annotations, result.File.Categories, result.RenumberedImages));
        PanopticDataset merged = PanopticDataset.Load(_folder.Fixed);
        Assert.Equal("b/" + merged.Annotations[0].FileName[2..], merged.Annotations[11].FileName);
    }

    [Fact]
    public void Different_kinds_are_refused()
    {
        string panoptic = """{"images":[],"categories":[],"annotations":[{"image_id":1,"segments_info":[]}]}""";
        InputException error = Assert.Throws<InputException>(() => Merge(panoptic, null, out _));
        Assert.Contains("only datasets of one kind", error.Message, StringComparison.Ordinal);
    }

    private static string SameName => Second.Replace("\"c.png\"", "\"b.png\"", StringComparison.Ordinal);

    private JsonNode Merge(string second, MergeOptions? options, out MergeResult result)
    {
        result = DatasetMerge.Write([_folder.Write(CheckFolder.Clean), _folder.Write(second, "second.json")], _folder.Fixed, options);
        return JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
    }
}
