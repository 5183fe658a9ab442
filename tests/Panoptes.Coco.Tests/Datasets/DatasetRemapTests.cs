using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;
using Panoptes.Coco.Tests.Datasets.Checks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Datasets;

public sealed class DatasetRemapTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_class_is_renamed_with_another_id_and_keeps_its_other_keys()
    {
        JsonNode copy = Remap(CheckFolder.Clean, "cat=1:tiger", out RemapResult result);
        Assert.Equal("""[{"id":1,"name":"tiger","extra":null},{"id":9,"name":"dog"}]""", copy["categories"]!.ToJsonString());
        Assert.Equal([1, 9, 9], Classes(copy));
        Assert.Equal("[7]", copy["annotations"]![0]!["extra"]!.ToJsonString());
        Assert.Equal((1, "tiger", "cat"), (result.Classes[0].Id, result.Classes[0].Name, result.Classes[0].From.Single()));
    }

    [Theory]
    [InlineData("cat=pet,dog=pet", 3, "pet")] // the first one's id
    [InlineData("cat=dog", 9, "dog")] // that of the class with the name
    [InlineData("dog=cat", 3, "cat")]
    [InlineData("*=7:pet", 7, "pet")]
    [InlineData("cat=7:pet\ndog=pet\n", 7, "pet")]
    public void Classes_are_joined(string rules, int id, string name)
    {
        JsonNode copy = Remap(CheckFolder.Clean, rules, out _);
        JsonNode only = copy["categories"]!.AsArray().Single()!;
        Assert.Equal((id, name), ((int)only["id"]!, (string?)only["name"]));
        Assert.Equal([id, id, id], Classes(copy));
    }

    [Theory]
    [InlineData("dog=")]
    [InlineData("*=,cat=cat")]
    public void A_class_is_dropped_with_its_objects(string rules)
    {
        JsonNode copy = Remap(CheckFolder.Clean, rules, out RemapResult result);
        Assert.Equal([3], Classes(copy));
        Assert.Equal(new DatasetFile(_folder.Fixed, 2, 1, 1), result.File);
    }

    [Fact]
    public void Ids_become_contiguous_in_the_order_of_the_file()
    {
        string json = CheckFolder.With("\"extra\":\"e\"", "\"neg_category_ids\":[9,3]");
        JsonNode copy = Remap(json, "", out _, contiguous: true);
        Assert.Equal([1, 2, 2], Classes(copy));
        Assert.Equal("[2,1]", copy["images"]![0]!["neg_category_ids"]!.ToJsonString());
    }

    [Fact]
    public void Classes_of_the_same_name_become_one()
    {
        JsonNode copy = Remap(CheckFolder.With("\"name\":\"dog\"", "\"name\":\"cat\""), "cat=cat", out _);
        Assert.Equal([3, 3, 3], Classes(copy));
    }

    [Theory]
    [InlineData("cow=x", "has no class 'cow'; it has 'cat', 'dog'.")]
    [InlineData("cat=9:cat", "the classes 'cat' and 'dog' would have the id 9")]
    [InlineData("cat=1:pet,dog=2:pet", "the class 'pet' is given the ids 1 and 2")]
    [InlineData("cat=a,cat=b", "the class 'cat' has two rules")]
    [InlineData("cat", "the rule 'cat' is not of the form")]
    [InlineData("cat=x:y", "the rule 'cat=x:y' is not of the form")]
    [InlineData("*=", "no class would be left")]
    public void What_cannot_be_is_refused_and_nothing_written(string rules, string message)
    {
        InputException error = Assert.Throws<InputException>(() => Remap(CheckFolder.Clean, rules, out _));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Fixed));
    }

    [Fact]
    public void Ids_are_given_or_contiguous_but_not_both() =>
        Assert.Throws<InputException>(() => Remap(CheckFolder.Clean, "cat=1:tiger", out _, contiguous: true));

    [Fact]
    public void Of_COCO_the_objects_of_joined_classes_are_all_there()
    {
        string source = SharedData.Require("coco/annotations/instances_val2017.json");
        InstanceDataset all = InstanceDataset.Load(source);
        DatasetRemap.Write(
            source,
            _folder.Fixed,
            ClassRule.ParseAll("person=1:human,car=3:vehicle,truck=vehicle,*="),
            cancellationToken: Token);
        InstanceDataset remapped = InstanceDataset.Load(_folder.Fixed);
        Assert.Equal(
            all.Annotations.Where(a => a.CategoryId is 1 or 3 or 8).Select(a => (a.Id, a.CategoryId == 1 ? 1L : 3)),
            remapped.Annotations.Select(a => (a.Id, a.CategoryId)));
        Assert.Equal([(1, "human", "person"), (3, "vehicle", "vehicle")], remapped.Categories.Select(c => (c.Id, c.Name, c.Supercategory)));
    }

    [Fact]
    public void Of_panoptic_data_classes_are_joined_but_not_dropped_and_stuff_in_pieces_is_told()
    {
        string source = SharedData.Require("coco/annotations/panoptic_val2017.json");
        PanopticDataset all = PanopticDataset.Load(source);
        RemapResult result = DatasetRemap.Write(
            source,
            _folder.Fixed,
            ClassRule.ParseAll("sky-other-merged=outside,tree-merged=outside,dog=cat"),
            cancellationToken: Token);
        PanopticDataset remapped = PanopticDataset.Load(_folder.Fixed);
        int both = all.Annotations.Count(a => a.Segments.Any(s => s.CategoryId == 184) && a.Segments.Any(s => s.CategoryId == 187));
        Assert.Equal((131, both), (remapped.Categories.Count, result.RepeatedStuff));
        Assert.True(both > 0);
        Assert.Equal(
            all.Annotations.SelectMany(a => a.Segments).Select(s => (s.Id, s.CategoryId switch { 187 => 184, 18 => 17, long id => id })),
            remapped.Annotations.SelectMany(a => a.Segments).Select(s => (s.Id, s.CategoryId)));

        Assert.Contains("cannot be dropped", Refuse("dog="), StringComparison.Ordinal);
        Assert.Contains("things and stuff", Refuse("dog=sky-other-merged"), StringComparison.Ordinal);

        string Refuse(string rules) =>
            Assert.Throws<InputException>(() =>
                DatasetRemap.Write(source, _folder.In("none.json"), ClassRule.ParseAll(rules), cancellationToken: Token)).Message;
    }

    private static IEnumerable<int> Classes(JsonNode dataset) => dataset["annotations"]!.AsArray().Select(a => (int)a!["category_id"]!);

    private JsonNode Remap(string json, string rules, out RemapResult result, bool contiguous = false)
    {
        result = DatasetRemap.Write(_folder.Write(json), _folder.Fixed, ClassRule.ParseAll(rules), contiguous, cancellationToken: Token);
        return JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
    }
}
