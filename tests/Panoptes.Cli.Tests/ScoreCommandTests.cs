using System.Text.Json;

namespace Panoptes.Cli.Tests;

public sealed class ScoreCommandTests : IDisposable
{
    // Two images, two classes of which one has an object; one detection is right, one is a duplicate.
    private const string GroundTruth = """
        {"images":[{"id":1,"file_name":"a.jpg","width":100,"height":80},{"id":2,"file_name":"b.jpg","width":100,"height":80}],
         "categories":[{"id":3,"name":"cat"},{"id":5,"name":"dog"}],
         "annotations":[{"id":10,"image_id":1,"category_id":3,"bbox":[10,10,40,40],"area":1600,"iscrowd":0,
                         "segmentation":[[10,10,50,10,50,50,10,50]]}]}
        """;

    private const string Detections = """
        [{"image_id":1,"category_id":3,"bbox":[10,10,40,40],"score":0.9},
         {"image_id":1,"category_id":3,"bbox":[10,10,40,40],"score":0.5},
         {"image_id":2,"category_id":5,"bbox":[0,0,10,10],"score":0.4}]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<ToolResult> ScoreAsync(string groundTruth, string detections, params string[] options) => ToolRunner.RunAsync(
        ["score", "instances", "--gt", _folder.Write("gt.json", groundTruth), "--dt", _folder.Write("dt.json", detections), .. options]);

    [Fact]
    public async Task The_figures_are_listed_with_their_names()
    {
        ToolResult result = await ScoreAsync(GroundTruth, Detections, "--iou", "bbox", "--per-class");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@"^AP +1\.000 ", result.Output);
        Assert.Matches(@"\nAPs +- ", result.Output);
        Assert.Matches(@"\nAPm +1\.000 ", result.Output);
        Assert.Matches(@"\ncat +1\.000 +1\.000 +1\.000 +1\.000 +1 +2\n", result.Output);
        Assert.Matches(@"\ndog +- +- +- +- +0 +1\n", result.Output);
    }

    [Fact]
    public async Task The_json_has_the_agreed_shape()
    {
        ToolResult result = await ScoreAsync(GroundTruth, Detections, "--iou", "bbox", "--json");

        JsonElement json = result.Json();
        Assert.Equal("bbox", json.GetProperty("iou_type").GetString());
        Assert.Equal(
            ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"],
            json.GetProperty("names").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(
            [1, 1, 1, -1, 1, -1, 1, 1, 1, -1, 1, -1],
            json.GetProperty("stats").EnumerateArray().Select(n => Math.Round(n.GetDouble(), 12)));
        Assert.Equal("cat", json.GetProperty("per_class").GetProperty("3").GetProperty("name").GetString());
        Assert.All(["load", "match", "accumulate"], part => Assert.True(json.GetProperty("seconds").GetProperty(part).GetDouble() >= 0));
    }

    [Theory]
    [InlineData("bbox", "box", "bbox")]
    [InlineData("segm", "box", "segm_area_from_box")]
    [InlineData("segm", "mask", "segm_area_from_mask")]
    public async Task On_real_detections_the_figures_are_those_of_pycocotools(string iou, string area, string key)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/ap_val2017.json")));

        ToolResult result = await ToolRunner.RunAsync(
            "score", "instances",
            "--gt", SharedData.Require("coco/annotations/instances_val2017.json"),
            "--dt", SharedData.Require("golden/detections_val2017.json"),
            "--iou", iou, "--area", area, "--json");

        Assert.Equal(
            golden.RootElement.GetProperty(key).GetProperty("stats").EnumerateArray().Select(n => n.GetDouble()),
            result.Json().GetProperty("stats").EnumerateArray().Select(n => n.GetDouble()));
    }

    [Theory]
    [InlineData("score instances --dt x.json", "--gt")]
    [InlineData("score instances --gt x.json --dt y.json --iou mask", "'mask'")]
    [InlineData("score instances --gt nowhere.json --dt y.json", "nowhere.json")]
    [InlineData("score instance --gt x.json", "did you mean 'instances'?")]
    public async Task Wrong_arguments_are_named(string line, string problem)
    {
        ToolResult result = await ToolRunner.RunAsync(line.Split(' '));

        result.ShouldFailWith(2, problem);
    }

    [Theory]
    [InlineData("""[{"image_id":9,"category_id":3,"bbox":[1,1,2,2],"score":0.5}]""", "9")]
    [InlineData("""[{"image_id":1,"category_id":3,"bbox":[1,1,NaN,2],"score":0.5}]""", "bbox")]
    [InlineData("""[{"image_id":1,"category_id":3,"bbox":[1,1,2,2]}]""", "score")]
    [InlineData("""{"images":[]}""", "results file")]
    [InlineData("""[{"image_id":1,""", "dt.json")]
    public async Task Wrong_detections_are_named(string detections, string problem)
    {
        ToolResult result = await ScoreAsync(GroundTruth, detections, "--iou", "bbox");

        result.ShouldFailWith(2, "dt.json", problem);
    }

    [Fact]
    public async Task Comparing_masks_of_detections_without_masks_is_wrong_input()
    {
        ToolResult result = await ScoreAsync(GroundTruth, Detections, "--iou", "segm");

        result.ShouldFailWith(2, "dt.json");
    }

    [Fact]
    public async Task A_report_is_written_and_its_numbers_stand_in_the_json()
    {
        string page = Path.Combine(_folder.Path, "pages", "errors.html");
        ToolResult result = await ScoreAsync(GroundTruth, Detections, "--iou", "bbox", "--report", page, "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("What the errors cost", File.ReadAllText(page), StringComparison.Ordinal);
        JsonElement json = result.Json();
        Assert.Equal(page, json.GetProperty("report").GetString());
        JsonElement analysis = json.GetProperty("analysis");
        Assert.Equal(
            ["cls", "loc", "both", "dupe", "bkg", "miss"], analysis.GetProperty("errors").EnumerateObject().Select(kind => kind.Name));
        Assert.Equal(1, analysis.GetProperty("errors").GetProperty("dupe").GetProperty("per_class").GetProperty("3").GetProperty("count").GetInt32());
        Assert.Equal(3, analysis.GetProperty("confusion").GetProperty("counts").GetArrayLength());
        Assert.Equal(10, analysis.GetProperty("calibration").GetProperty("bins").GetArrayLength());
        Assert.Equal(["dupe", "bkg"], analysis.GetProperty("worst").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!));
    }

    [Fact]
    public async Task Two_results_are_compared()
    {
        string old = _folder.Write("old.json", """[{"image_id":2,"category_id":5,"bbox":[0,0,10,10],"score":0.4}]""");
        ToolResult text = await ScoreAsync(GroundTruth, Detections, "--iou", "bbox", "--against", old, "--samples", "100");
        Assert.Equal(0, text.Code);
        Assert.Matches(@"\nAP +1\.000 +0\.000 +\+1\.000  \+1\.000 to \+1\.000  better\n", text.Output);

        ToolResult result = await ScoreAsync(GroundTruth, Detections, "--iou", "bbox", "--against", old, "--samples", "100", "--json");
        JsonElement figure = result.Json().GetProperty("comparison").GetProperty("figures")[0];
        Assert.Equal(("AP", true), (figure.GetProperty("name").GetString(), figure.GetProperty("significant").GetBoolean()));
        JsonElement undefined = result.Json().GetProperty("comparison").GetProperty("figures")[3];
        Assert.Equal(("APs", JsonValueKind.Null), (undefined.GetProperty("name").GetString(), undefined.GetProperty("interval").ValueKind));
    }

    [Theory]
    [InlineData("--images nowhere", "nowhere")]
    [InlineData("--against nowhere.json", "nowhere.json")]
    [InlineData("--against dt.json --samples 3", "--samples 3: it must be 100 or more")]
    public async Task Wrong_options_of_the_report_are_named(string options, string problem)
    {
        string[] words = [.. options.Split(' ').Select(word => word == "dt.json" ? Path.Combine(_folder.Path, word) : word)];
        ToolResult result = await ScoreAsync(GroundTruth, Detections, ["--iou", "bbox", .. words]);

        result.ShouldFailWith(2, problem);
    }
}
