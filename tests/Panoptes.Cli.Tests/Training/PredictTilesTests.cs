using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class PredictTilesTests(TinyProject project, PanopticProject panoptic) : IClassFixture<PanopticProject>
{
    private static Task<ToolResult> PredictWithAsync(string model, string image, string output, params string[] more) =>
        ToolRunner.RunAsync(["predict", image, "--model", model, "--output", output, "--score", "0", .. more]);

    private Task<ToolResult> PredictAsync(string image, string output, params string[] more) =>
        PredictWithAsync(project.Model, image, output, more);

    private string Save(Image image, string name)
    {
        string path = Path.Combine(Directory.CreateDirectory(project.NewPath("images")).FullName, name);
        image.SavePng(path);
        return path;
    }

    private Image Square(int number) => Image.Load(Path.Combine(project.Images, $"00000{number}.jpg")).Resize(64, 64);

    private Image Row(int count) => Image.Grid([.. Enumerable.Range(0, count).Select(Square)], count, gap: 0);

    [Fact]
    public async Task An_image_in_one_tile_gives_what_it_gives_without()
    {
        string plain = project.NewPath("plain");
        string tiled = project.NewPath("tiled");
        string[] save = ["--save", "overlay,coco,masks,geojson"];
        Assert.Equal(0, (await PredictAsync(project.Images, plain, save)).Code);
        Assert.Equal(0, (await PredictAsync(project.Images, tiled, [.. save, "--tile", "128"])).Code);

        foreach (string name in (string[])["predictions.json", "000000.png", "000001.geojson"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(plain, name)), File.ReadAllBytes(Path.Combine(tiled, name)));
    }

    [Fact]
    public async Task Tiles_side_by_side_give_the_objects_of_each()
    {
        string image = Save(Row(3), "7.png");
        string plain = project.NewPath("plain");
        string tiled = project.NewPath("tiled");
        string squares = Directory.CreateDirectory(project.NewPath("squares")).FullName;
        for (int i = 0; i < 3; i++) Square(i).SavePng(Path.Combine(squares, $"{i}.png"));
        await PredictAsync(squares, plain, "--save", "coco");

        ToolResult result = await PredictAsync(
            image, tiled, "--save", "coco,overlay", "--tile", "64", "--overlap", "0", "--tiles-only", "--json");

        Assert.Equal(0, result.Code);
        Assert.Contains("tiles 3/3 (100 %)", result.Error, StringComparison.Ordinal);
        List<CocoDetection> expected = [.. ResultFile.Load(Path.Combine(plain, "predictions.json")).Where(d => !d.Mask!.IsEmpty)];
        List<CocoDetection> found = ResultFile.Load(Path.Combine(tiled, "predictions.json"));
        Assert.Equal(expected.Count, found.Count);
        Assert.All(found, d => Assert.Equal((7, 64, 192), (d.ImageId, d.Mask!.Height, d.Mask.Width)));
        Assert.Equal(expected.Sum(d => d.Mask!.Area), found.Sum(d => d.Mask!.Area));
        Assert.Equal(new ImageSize(192, 64), Image.ReadSize(Path.Combine(tiled, "7.png")));
    }

    [Fact]
    public async Task Of_a_huge_image_the_overlay_is_a_pyramid_and_masks_are_refused()
    {
        string image = Save(new Image(8000, 6400), "huge.png");
        string output = panoptic.NewPath("found");
        string[] tile = ["--tile", "4096"];

        ToolResult result = await PredictWithAsync(panoptic.Model, image, output, [.. tile, "--save", "overlay,coco,panoptic,geojson"]);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(new ImageSize(8000, 6400), Image.ReadSize(Path.Combine(output, "panoptic/huge.png")));
        Assert.True(File.Exists(Path.Combine(output, "huge.html")) && File.Exists(Path.Combine(output, "huge.dzi")));
        Assert.Equal(16 * 13, Directory.GetFiles(Path.Combine(output, "huge_files/13")).Length);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "panoptic.json")));
        JsonElement[] segments = [.. json.RootElement.GetProperty("annotations")[0].GetProperty("segments_info").EnumerateArray()];
        Dictionary<int, long> pixels = LabelMap.Load(Path.Combine(output, "panoptic/huge.png")).CountPixels();
        Assert.NotEmpty(segments);
        Assert.All(segments, s => Assert.Equal(pixels[s.GetProperty("id").GetInt32()], s.GetProperty("area").GetInt64()));
        using JsonDocument geo = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "huge.geojson")));
        Assert.Equal(segments.Length, geo.RootElement.GetProperty("features").GetArrayLength());

        ToolResult masks = await PredictAsync(image, output, [.. tile, "--save", "masks,coco"]);
        Assert.Equal(2, masks.Code);
        Assert.Contains("huge.png: a mask image of 8000x6400 for each object is not written above", masks.Error, StringComparison.Ordinal);

        // What the pyramid was made of goes with the next prediction that does not write it.
        ToolResult next = await PredictAsync(Path.Combine(project.Images, "000000.jpg"), output, "--save", "coco");
        Assert.Equal(0, next.Code);
        Assert.False(Directory.Exists(Path.Combine(output, "huge_files")));
    }

    [Fact]
    public async Task A_damaged_image_is_named_and_the_others_are_done()
    {
        string good = Save(Row(2), "good.png");
        string bad = Save(Row(2), "bad.png");
        byte[] bytes = File.ReadAllBytes(bad);
        File.WriteAllBytes(bad, bytes[..(bytes.Length / 2)]);
        string output = project.NewPath("found");

        ToolResult result = await ToolRunner.RunAsync(
            "predict", bad, good, "--model", project.Model, "--output", output, "--score", "0", "--tile", "64");

        Assert.Equal(1, result.Code);
        Assert.Matches(@"(?m)^error: .*bad\.png: ", result.Error);
        Assert.True(File.Exists(Path.Combine(output, "good.png")));
    }

    [Fact]
    public async Task Limits_of_pixels_count_for_tiles_where_they_are_set()
    {
        string image = Save(Row(2), "a.png");
        ToolResult result = await PredictAsync(image, project.NewPath("found"), "--tile", "64", "--max-pixels", "5000");
        Assert.Equal(2, result.Code);
        Assert.Contains("larger than the limit of 5000 pixels in all. --max-pixels sets the limit", result.Error, StringComparison.Ordinal);
    }
}
