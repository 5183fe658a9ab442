using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

/// <summary>What a run reads from instances, from segments, and from both.</summary>
public sealed class TrainingDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SceneDataset _scenes;

    public TrainingDataTests() => _scenes = SceneDatasetWriter.Write(
        Path.Combine(_folder.Path, "scenes"), trainCount: 4, valCount: 3, new SceneOptions { Size = 64, MinThings = 1, MaxThings = 2 },
        cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void A_panoptic_network_learns_from_segments_and_others_from_instances_if_there_are_any(
        bool panoptic, bool instances, bool segments)
    {
        DataConfig config = new()
        {
            Train = Describe(_scenes.Train, instances, segments),
            Val = Describe(_scenes.Val, instances, segments),
            FilterEmpty = false,
        };
        if (panoptic && !segments)
        {
            string message = Assert.Throws<InputException>(() => TrainingData.Load(config, panoptic)).Message;
            Assert.Contains("data.train.panoptic is not set", message, StringComparison.Ordinal);
            Assert.Contains("data.train.panoptic_folder=DIR", message, StringComparison.Ordinal);
            return;
        }

        TrainingData data = TrainingData.Load(config, panoptic);
        Assert.Equal(4, data.Images.Count);
        Assert.All(data.Images, image => Assert.Equal(panoptic || !instances, image.Panoptic is not null));
        Assert.Equal(SceneCategories.Things.Select(c => (long)c.Id), data.Classes.Select(c => c.CategoryId));
        Assert.Equal(panoptic ? SceneCategories.Stuff.Select(c => (long)c.Id) : [], data.StuffClasses.Select(c => c.CategoryId));
        Assert.Equal(3, data.Validation!.Objects.Images.Count);
        Assert.True(data.Validation.Objects.Annotations.Count > 2);
        Assert.Equal(panoptic || !instances ? 3 : null, data.Validation.Panoptic?.Annotations.Count);
        Assert.Empty(data.Warnings);
    }

    [Fact]
    public void With_both_the_images_are_those_that_have_segments()
    {
        string few = Change(_scenes.Val.Panoptic, json => json["annotations"]!.AsArray().RemoveAt(0));
        EvaluationData data = EvaluationData.Load(_scenes.Val.Images, _scenes.Val.Annotations, few, _scenes.Val.PanopticFolder);
        InstanceDataset all = InstanceDataset.Load(_scenes.Val.Annotations);
        Assert.Equal(all.Images.Skip(1), data.Objects.Images);
        Assert.Equal(all.Annotations.Where(a => a.ImageId != 1).Select(a => a.Id), data.Objects.Annotations.Select(a => a.Id));
        Assert.Equal(all.Images.Skip(1).Select(i => i.Id), data.Panoptic!.Annotations.Select(a => a.ImageId));
        Assert.Equal([2L, 3], data.ListSegments().Select(image => image.Id));
        EvaluationData first = EvaluationData.Load(_scenes.Val.Images, null, _scenes.Val.Panoptic, _scenes.Val.PanopticFolder, limit: 1);
        Assert.Equal(1, Assert.Single(first.Objects.Images).Id);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_named()
    {
        string lacking = Change(_scenes.Val.Annotations, json =>
        {
            json["images"]!.AsArray().RemoveAt(2);
            JsonArray annotations = json["annotations"]!.AsArray();
            foreach (JsonNode? one in annotations.Where(a => (long)a!["image_id"]! == 3).ToArray()) annotations.Remove(one);
        });
        Fails(() => EvaluationData.Load(_scenes.Val.Images, lacking, _scenes.Val.Panoptic, _scenes.Val.PanopticFolder),
            $"{lacking}: does not have the image 3 of {_scenes.Val.Panoptic}");

        int stuff = SceneCategories.Stuff[0].Id;
        string renamed = Change(_scenes.Val.Panoptic, json => Replace(json, stuff, 999));
        DataConfig config = new()
        {
            Train = Describe(_scenes.Train, true, true),
            Val = Describe(_scenes.Val, true, true) with { Panoptic = renamed },
        };
        string name = SceneCategories.Stuff[0].Name;
        string told = Assert.Single(TrainingData.Load(config, panoptic: true).Warnings);
        Assert.Contains($"'{name}' is {stuff} in {_scenes.Train.Panoptic} and 999 in {renamed}", told, StringComparison.Ordinal);

        string missing = Change(
            _scenes.Val.Panoptic, json => json["categories"]!.AsArray().Single(c => (string?)c!["name"] == name)!["name"] = "other");
        DataConfig without = config with { Val = config.Val with { Panoptic = missing } };
        Fails(() => TrainingData.Load(without, panoptic: true), missing, $"has no class {stuff} '{name}'", "'other'");
    }

    [Fact]
    public void A_missing_key_or_path_is_named()
    {
        DatasetConfig both = Describe(_scenes.Train, true, true);
        Fails(() => Load(both with { PanopticFolder = null }, true), "data.train.panoptic_folder is not set");
        Fails(() => Load(both with { PanopticFolder = "no/where" }, true), "data.train.panoptic_folder", "'no/where'");
        Fails(() => Load(both with { Panoptic = "no.json" }, true), "data.train.panoptic: the file 'no.json'");
        Fails(() => Load(both with { Images = null }, true), "data.train.images is not set");
        Fails(() => Load(new DatasetConfig { Images = both.Images }, false), "data.train.annotations is not set", "data.train.panoptic");

        static TrainingData Load(DatasetConfig train, bool panoptic) => TrainingData.Load(new DataConfig { Train = train }, panoptic);
    }

    [Fact]
    public void Validation_without_segments_warns_that_there_will_be_no_panoptic_quality()
    {
        DataConfig config = new() { Train = Describe(_scenes.Train, false, true), Val = Describe(_scenes.Val, true, false) };
        string warning = Assert.Single(TrainingData.Load(config, panoptic: true).Warnings);
        Assert.Contains("data.val.panoptic is not set", warning, StringComparison.Ordinal);
    }

    private static void Fails(Func<object> load, params string[] texts)
    {
        string message = Assert.Throws<InputException>(load).Message;
        Assert.All(texts, text => Assert.Contains(text, message, StringComparison.Ordinal));
    }

    private static void Replace(JsonObject json, int category, int by)
    {
        foreach (JsonNode? one in json["categories"]!.AsArray().Where(c => (int)c!["id"]! == category)) one!["id"] = by;
        foreach (JsonNode? segment in json["annotations"]!.AsArray().SelectMany(a => a!["segments_info"]!.AsArray()))
        {
            if ((int)segment!["category_id"]! == category) segment["category_id"] = by;
        }
    }

    private string Change(string file, Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(json);
        return _folder.Write("changed/" + Path.GetFileName(file), json.ToJsonString());
    }

    private static DatasetConfig Describe(SceneSplit split, bool instances, bool segments) => new()
    {
        Images = split.Images,
        Annotations = instances ? split.Annotations : null,
        Panoptic = segments ? split.Panoptic : null,
        PanopticFolder = segments ? split.PanopticFolder : null,
    };
}
