using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;
using Panoptes.Coco.Tests.Datasets.Checks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Datasets;

public sealed class DatasetSubsetTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_choice_everything_is_copied_as_it_stands()
    {
        JsonNode copy = Subset(CheckFolder.Clean, new SubsetOptions(), out DatasetFile file);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), copy));
        Assert.Equal(new DatasetFile(_folder.Fixed, 2, 3, 2), file);
    }

    [Theory]
    [InlineData(false, new[] { 1, 2 })]
    [InlineData(true, new[] { 1 })]
    public void Classes_stay_with_their_objects_and_empty_images_if_wanted(bool nonEmpty, int[] images)
    {
        JsonNode copy = Subset(CheckFolder.Clean, new SubsetOptions { Classes = ["cat"], NonEmpty = nonEmpty }, out _);
        Assert.Equal(images, Ids(copy, "images"));
        Assert.Equal([7], Ids(copy, "annotations"));
        Assert.Equal([3], Ids(copy, "categories"));
        Assert.Equal("""{"a":[1,2]}""", copy["more"]!.ToJsonString());
    }

    [Fact]
    public void Small_objects_go()
    {
        JsonNode copy = Subset(CheckFolder.Clean, new SubsetOptions { MinArea = 500 }, out _);
        Assert.Equal([7], Ids(copy, "annotations"));
        Assert.Equal([1, 2], Ids(copy, "images"));
    }

    [Fact]
    public void Images_are_chosen_by_id() =>
        Assert.Equal([8, 9], Ids(Subset(CheckFolder.Clean, new SubsetOptions { Ids = [2] }, out _), "annotations"));

    [Fact]
    public void Classes_that_go_also_go_from_what_was_looked_for_in_a_image()
    {
        string json = CheckFolder.With("\"extra\":\"e\"", "\"neg_category_ids\":[9,3],\"not_exhaustive_category_ids\":[3]");
        JsonNode copy = Subset(json, new SubsetOptions { Classes = ["cat"] }, out _);
        Assert.Equal("[3]", copy["images"]![0]!["neg_category_ids"]!.ToJsonString());
        Assert.Equal("[3]", copy["images"]![0]!["not_exhaustive_category_ids"]!.ToJsonString());
    }

    [Fact]
    public void What_cannot_be_is_refused_and_nothing_written()
    {
        Refused(new SubsetOptions { Classes = ["cow"] }, "has no class 'cow'; it has 'cat', 'dog'.");
        Refused(new SubsetOptions { Ids = [1, 5] }, "has no image with the id 5.");
        Refused(new SubsetOptions { Images = 3 }, "has 2 images, fewer than the 3 asked for.");
        Refused(new SubsetOptions { Images = 2, NonEmpty = true, Classes = ["cat"] }, "has 1 images with such objects, fewer than the 2 asked for.");
        Refused(new SubsetOptions { MinArea = 5000, NonEmpty = true }, "has no image with such objects.");
        Refused(new SubsetOptions(), "images[0] (x): the id is missing", CheckFolder.With("\"images\":[", "\"images\":[{\"file_name\":\"x\"},"));
    }

    [Fact]
    public void Of_panoptic_data_images_can_be_chosen_and_nothing_else()
    {
        string source = SharedData.Require("coco/annotations/panoptic_val2017.json");
        DatasetFile file = DatasetSubset.Write(source, _folder.Fixed, new SubsetOptions { Images = 4, Seed = 1 }, Token);
        Assert.Equal(new DatasetFile(_folder.Fixed, 4, 4, 133), file);
        Assert.Equal(4, PanopticDataset.Load(_folder.Fixed).Annotations.Count);
        InputException error = Assert.Throws<InputException>(
            () => DatasetSubset.Write(source, _folder.Fixed, new SubsetOptions { Classes = ["person"] }, Token));
        Assert.Contains("their pixels would stay in the PNGs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_COCO_exactly_the_objects_of_a_class_stay()
    {
        string source = SharedData.Require("coco/annotations/instances_val2017.json");
        InstanceDataset all = InstanceDataset.Load(source);
        DatasetSubset.Write(source, _folder.Fixed, new SubsetOptions { Classes = ["person", "dog"], NonEmpty = true, MinArea = 1024 }, Token);
        InstanceDataset subset = InstanceDataset.Load(_folder.Fixed);
        CocoAnnotation[] expected = [.. all.Annotations.Where(a => a.CategoryId is 1 or 18 && a.Area >= 1024)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(a => (a.Id, a.Bbox, a.Area)), subset.Annotations.Select(a => (a.Id, a.Bbox, a.Area)));
        Assert.Equal(expected.Select(a => a.ImageId).Distinct(), subset.Images.Select(i => i.Id));
        Assert.Equal(["person", "dog"], subset.Categories.Select(c => c.Name));
    }

    [Fact]
    public void Annotations_of_unknown_images_and_classes_are_counted_and_named_and_strict_stops_at_them()
    {
        const string json = """
            {"images":[{"id":1,"file_name":"a"}],"categories":[{"id":1,"name":"cat"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1},{"id":2,"image_id":9,"category_id":1},{"id":3,"image_id":1,"category_id":8}]}
            """;
        Refused(new SubsetOptions { Strict = true }, "annotation 2: image_id is 9", json);
        Subset(json, new SubsetOptions(), out DatasetFile file);
        Assert.Equal(1, file.Annotations);
        Assert.Equal([1, 1], file.Skipped.Select(skipped => skipped.Count));
        RemapResult remapped = DatasetRemap.Write(
            _folder.Write(json), _folder.Fixed, ClassRule.ParseAll("cat=dog"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("annotation 3: category_id 8", Assert.Single(Assert.Single(remapped.File.Skipped).Examples));
        Assert.Throws<InputException>(
            () => DatasetRemap.Write(
                _folder.Write(json), _folder.Fixed, ClassRule.ParseAll("cat=dog"), strict: true, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_seed_decides_which_images_stay()
    {
        string source = SharedData.Require("coco/annotations/instances_val2017.json");
        Assert.Equal(Choose(1), Choose(1));
        Assert.NotEqual(Choose(1), Choose(2));

        long[] Choose(long seed)
        {
            DatasetSubset.Write(source, _folder.Fixed, new SubsetOptions { Images = 10, Seed = seed });
            return [.. InstanceDataset.Load(_folder.Fixed).Images.Select(i => i.Id)];
        }
    }

    private static IEnumerable<int> Ids(JsonNode dataset, string list) => dataset[list]!.AsArray().Select(element => (int)element!["id"]!);

    private JsonNode Subset(string json, SubsetOptions options, out DatasetFile file)
    {
        file = DatasetSubset.Write(_folder.Write(json), _folder.Fixed, options);
        return JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
    }

    private void Refused(SubsetOptions options, string message, string json = CheckFolder.Clean)
    {
        InputException error = Assert.Throws<InputException>(() => Subset(json, options, out _));
        Assert.StartsWith($"{_folder.In("data.json")}: {message}", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Fixed));
    }
}
