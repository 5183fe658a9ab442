using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Datasets;

public sealed class DatasetSplitTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-split").FullName;

    private string Source => Path.Combine(_folder, "all.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train=0.8,val=0.2", 32, 8)]
    [InlineData("train=30,val=5", 30, 5)]
    [InlineData("train=0.5,val=7", 20, 7)]
    public void Each_image_goes_to_one_part_with_its_objects(string parts, int train, int val)
    {
        JsonObject all = WriteSource(40);
        IReadOnlyList<SplitFile> files = DatasetSplit.Write(Source, SplitPart.ParseAll(parts), seed: 3, _folder, cancellationToken: Token).Files;

        Assert.Equal([train, val], files.Select(f => f.Images));
        JsonObject[] read = [.. files.Select(f => JsonNode.Parse(File.ReadAllText(f.Path))!.AsObject())];
        List<int> ids = [.. read.SelectMany(part => part["images"]!.AsArray()).Select(image => (int)image!["id"]!)];
        Assert.Equal(train + val, ids.Distinct().Count());
        for (int i = 0; i < read.Length; i++)
        {
            HashSet<int> own = [.. read[i]["images"]!.AsArray().Select(image => (int)image!["id"]!)];
            Assert.Equal(files[i].Annotations, read[i]["annotations"]!.AsArray().Count);
            Same(all["annotations"]!.AsArray().Where(a => own.Contains((int)a!["image_id"]!)), read[i]["annotations"]!.AsArray());
            Same(all["images"]!.AsArray().Where(a => own.Contains((int)a!["id"]!)), read[i]["images"]!.AsArray());
            Same(all["categories"]!.AsArray(), read[i]["categories"]!.AsArray());
            Assert.True(JsonNode.DeepEquals(all["info"], read[i]["info"]));
            Assert.NotEmpty(InstanceDataset.Load(files[i].Path, new InstanceDatasetOptions { Masks = false }).Images);
        }
    }

    [Theory]
    [InlineData(17, "a=0.1,b=0.1,c=0.1,d=0.1,e=0.1,f=0.1,g=0.1,h=0.1,i=0.1,j=0.1")]
    [InlineData(18, "a=0.1,b=0.1,c=0.1,d=0.1,e=0.1,f=0.1,g=0.1,h=0.1,i=0.1,j=0.1")]
    [InlineData(5, "a=0.3,b=0.3,c=0.3,d=0.1")]
    [InlineData(5, "train=0.5,val=0.5")]
    public void Shares_of_all_images_leave_none_over_and_no_part_is_an_image_off(int count, string parts)
    {
        WriteSource(count);
        IReadOnlyList<SplitPart> asked = SplitPart.ParseAll(parts);
        SplitResult result = DatasetSplit.Write(Source, asked, 0, _folder, cancellationToken: Token);
        Assert.Equal((count, 0), (result.Files.Sum(file => file.Images), result.LeftOver));
        Assert.All(result.Files.Zip(asked), pair => Assert.InRange(pair.First.Images - (pair.Second.Size * count), -1, 1));
        Assert.DoesNotContain(result.Files, file => file.Images == 0);
    }

    [Fact]
    public void The_seed_decides_and_more_images_do_not_mix_up_what_was_there()
    {
        HashSet<int> first = Val(40, seed: 1);
        Assert.Equal(first, Val(40, seed: 1));
        Assert.NotEqual(first, Val(40, seed: 2));
        Assert.Superset(first, Val(44, seed: 1, images: 12));

        HashSet<int> Val(int count, long seed, int images = 8)
        {
            WriteSource(count);
            DatasetSplit.Write(Source, SplitPart.ParseAll($"val={images},train={count - images}"), seed, _folder, cancellationToken: Token);
            JsonNode val = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "val.json")))!;
            return [.. val["images"]!.AsArray().Select(image => (int)image!["id"]!)];
        }
    }

    [Theory]
    [InlineData("train=0.8,val=0.3", "shares sum to more than 1")]
    [InlineData("train=30,val=11", "has 40 images, but the parts ask for 41")]
    [InlineData("train=2000000000,val=2000000000", "has 40 images, but the parts ask for 4000000000")]
    [InlineData("train=1.5", "the part 'train=1.5'")]
    [InlineData("train", "the part 'train'")]
    [InlineData("a/b=0.5", "the part 'a/b=0.5'")]
    [InlineData("a=0.5,a=0.5", "two parts have the same name")]
    public void What_cannot_be_is_refused_and_nothing_written(string parts, string message)
    {
        WriteSource(40);
        InputException error = Assert.Throws<InputException>(() => DatasetSplit.Write(
            Source, SplitPart.ParseAll(parts), 0, _folder, cancellationToken: Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal([Source], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Annotations_of_unknown_images_are_counted_and_named_and_strict_stops_at_them()
    {
        File.WriteAllText(
            Source,
            """{"images":[{"id":1},{"id":2},{"id":3}],"annotations":[{"id":5,"image_id":9},{"id":6},{"id":7,"image_id":1}],"categories":[]}""");
        IReadOnlyList<SplitPart> parts = SplitPart.ParseAll("train=1,val=1");
        SplitResult result = DatasetSplit.Write(Source, parts, 0, _folder, cancellationToken: Token);
        SkippedElements skipped = Assert.Single(result.Skipped);
        Assert.Equal((2, 1), (skipped.Count, result.LeftOver));
        Assert.Equal(["annotation 5: image_id 9", "annotation 6: image_id missing"], skipped.Examples);

        InputException error = Assert.Throws<InputException>(
            () => DatasetSplit.Write(Source, parts, 0, _folder, strict: true, cancellationToken: Token));
        Assert.Equal((Source, "annotation 5"), (error.File, error.Place));
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{\"images\":[{\"id\":1},{\"id\":2}],\"annotations\":[{\"image_id\":1},")]
    [InlineData("{\"images\":[{\"name\":1}]}")]
    public void A_broken_file_is_refused_and_nothing_written(string json)
    {
        File.WriteAllText(Source, json);
        Assert.Throws<InputException>(() => DatasetSplit.Write(Source, SplitPart.ParseAll("train=0.5,val=0.5"), 0, _folder, cancellationToken: Token));
        Assert.Equal([Source], Directory.GetFiles(_folder));
    }

    private static void Same(IEnumerable<JsonNode?> expected, JsonArray actual) =>
        Assert.True(JsonNode.DeepEquals(new JsonArray([.. expected.Select(node => node!.DeepClone())]), actual));

    private JsonObject WriteSource(int count)
    {
        JsonObject all = new()
        {
            ["info"] = new JsonObject { ["year"] = 2026 },
            ["images"] = new JsonArray([.. Enumerable.Range(1, count).Select(i => new JsonObject
            {
                ["id"] = i * 10,
                ["file_name"] = $"{i}.jpg",
                ["width"] = 4,
                ["height"] = 4,
                ["flickr_url"] = "http://{[\"",
            })]),
            ["annotations"] = new JsonArray([.. Enumerable.Range(1, 3 * count).Select(i => new JsonObject
            {
                ["id"] = i,
                ["image_id"] = ((i % count) + 1) * 10,
                ["category_id"] = 1,
                ["bbox"] = new JsonArray(0, 0, 1.50, 2),
                ["unknown"] = new JsonObject { ["a"] = new JsonArray(1, null) },
            })]),
            ["categories"] = new JsonArray(new JsonObject { ["id"] = 1, ["name"] = "x", ["keypoints"] = new JsonArray("nose") }),
        };
        File.WriteAllText(Source, all.ToJsonString());
        return all;
    }
}
