using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Coco.Tests.Datasets.Checks;

public sealed class DatasetRepairTests : IDisposable
{
    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_what_is_wrong_changes_and_unknown_keys_survive()
    {
        JsonNode repaired = Repair(CheckFolder.With("\"area\":600", "\"area\":60", CheckFolder.With("[10,5,30,20]", "[10,5,30,28]")), out _);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), repaired));
    }

    [Fact]
    public void Numbers_that_are_not_finite_become_null_in_keys_that_nobody_knows()
    {
        string json = CheckFolder.With("\"extra\":[7]", "\"extra\":[NaN,\"N\",-Infinity],\"text\":\"NaN\"");
        JsonNode annotation = Repair(json, out _)["annotations"]![0]!;
        Assert.Equal("[null,\"N\",null]", annotation["extra"]!.ToJsonString());
        Assert.Equal("NaN", (string?)annotation["text"]);
    }

    [Fact]
    public void Objects_follow_the_entry_that_their_image_is_joined_with()
    {
        string json = CheckFolder.With("\"images\":[", "\"images\":[{\"id\":5,\"file_name\":\"b.png\",\"height\":40,\"width\":60},");
        JsonNode repaired = Repair(json, out DatasetRepair repair);
        Assert.Equal([1, 5, 5], repaired["annotations"]!.AsArray().Select(a => (int)a!["image_id"]!));
        Assert.Equal([5, 1], repaired["images"]!.AsArray().Select(a => (int)a!["id"]!));
        Assert.Equal(
            [(RepairKind.ImagesJoined, 1), (RepairKind.ImagesOfAnnotationsChanged, 2)], repair.Changes.Select(c => (c.Kind, c.Count)));
    }

    [Fact]
    public void Entries_of_an_image_are_joined_with_the_one_that_states_its_size()
    {
        string json = CheckFolder.With("\"images\":[", "\"images\":[{\"id\":5,\"file_name\":\"b.png\"},");
        JsonNode repaired = Repair(json, out DatasetRepair repair);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), repaired));
        Assert.Equal([(RepairKind.ImagesJoined, 1)], repair.Changes.Select(c => (c.Kind, c.Count)));
    }

    [Fact]
    public void Ids_that_clash_are_renewed_beyond_all_others_and_the_first_stays()
    {
        string json = CheckFolder.With("\"id\":8,", "\"id\":7,", CheckFolder.With("\"id\":9,\"image", "\"id\":0,\"image"));
        JsonNode repaired = Repair(json, out DatasetRepair repair);
        Assert.Equal([7, 8, 9], repaired["annotations"]!.AsArray().Select(a => (int)a!["id"]!));
        Assert.Equal([(RepairKind.IdsRenewed, 2)], repair.Changes.Select(c => (c.Kind, c.Count)));
    }

    [Fact]
    public void A_crowd_of_polygons_becomes_uncompressed_run_lengths()
    {
        string json = CheckFolder.With("{\"size\":[40,60],\"counts\":[1600,400,400]}", "[[40,0,50,0,50,40,40,40]]");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), Repair(json, out _)));
    }

    [Fact]
    public void A_polygon_is_clipped_to_the_image_with_box_and_area()
    {
        string json = CheckFolder.With("[[10,5,40,5,40,25,10,25]]", "[[40,10,80,10,80,30,40,30]]")
            .Replace("[10,5,30,20],\"area\":600", "[40,10,40,20],\"area\":800", StringComparison.Ordinal);
        JsonNode annotation = Repair(json, out _)["annotations"]![0]!;
        Assert.Equal("[[40,10,60,10,60,30,40,30]]", annotation["segmentation"]!.ToJsonString());
        Assert.Equal("[40,10,20,20]", annotation["bbox"]!.ToJsonString());
        Assert.Equal(400, (int)annotation["area"]!);
    }

    [Fact]
    public void A_box_without_a_mask_is_clipped()
    {
        string json = CheckFolder.With("[[10,5,40,5,40,25,10,25]]", "null", CheckFolder.With("[10,5,30,20]", "[-10,5,30,50]"));
        Assert.Equal("[0,5,20,35]", Repair(json, out _)["annotations"]![0]!["bbox"]!.ToJsonString());
    }

    private JsonNode Repair(string json, out DatasetRepair repair)
    {
        repair = _folder.Check(json, new DatasetCheckOptions { Fix = _folder.Fixed }).Repair!;
        Assert.Equal(0, repair.Check.Errors);
        return JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
    }
}
