using System.Text.Json;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

public sealed class DemoCommandTests : IDisposable
{
    /// <summary>Everything small: what is tested is the way, not the result.</summary>
    private static readonly string[] s_small =
    [
        "--scenes", "8", "--unseen", "3", "schedule.iterations=3", "schedule.batch_size=2", "evaluation.every=2", "logging.every=1",
        "input.short_side=64", "input.long_side=96", "model.backbone.base_width=8", "model.fpn.channels=16", "model.head.channels=16",
        "model.detection.score_threshold=0.001",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Arguments(params string[] more) => ["demo", "--output", _folder.Path, .. s_small, .. more];

    [Fact]
    public async Task It_draws_trains_evaluates_predicts_and_ends_with_a_page()
    {
        ToolResult first = await ToolRunner.RunAsync(Arguments("--json"));

        Assert.Equal("", first.Code == 0 ? "" : first.Error);
        JsonElement result = first.Json();
        Assert.Equal(3, result.GetProperty("images").GetInt32());
        Assert.Equal(12, result.GetProperty("bbox").GetProperty("stats").GetArrayLength());
        string[] seconds = ["data", "train", "eval"];
        Assert.Equal(seconds, result.GetProperty("seconds").EnumerateObject().Select(p => p.Name));
        Assert.All(seconds, name => Assert.True(result.GetProperty("seconds").GetProperty(name).GetDouble() > 0, name));
        string report = result.GetProperty("report").GetString()!;
        Assert.Equal(_folder.Full("run1/report.html"), report);
        string page = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.Contains("What the network sees", page, StringComparison.Ordinal);
        Assert.Contains("train 3/3", first.Error, StringComparison.Ordinal);

        // The predictions are what was measured.
        string[] files = ["000000.png", "000001.png", "000002.png", "predictions.json"];
        Assert.Equal(files, Directory.GetFiles(_folder.Full("run1/predictions")).Select(Path.GetFileName).Order());
        ToolResult score = await ToolRunner.RunAsync(
            "score", "instances", "--area", "mask", "--json",
            "--gt", _folder.Full("data/instances_val.json"), "--dt", _folder.Full("run1/predictions/predictions.json"));
        Assert.Equal(result.GetProperty("segm").GetProperty("stats").ToString(), score.Json().GetProperty("stats").ToString());

        // Another demo there uses the scenes again and leaves the first run alone.
        DateTime drawn = File.GetLastWriteTimeUtc(_folder.Full("data/instances_train.json"));
        ToolResult second = await ToolRunner.RunAsync(Arguments());
        Assert.Equal(0, second.Code);
        Assert.Contains(_folder.Full("run2/report.html"), second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("draw scenes", second.Error, StringComparison.Ordinal);
        Assert.Equal(drawn, File.GetLastWriteTimeUtc(_folder.Full("data/instances_train.json")));
    }

    [Theory]
    [InlineData("embedmask", "EmbedMask learns to cut out objects")]
    [InlineData("meinst", "MEInst learns to cut out objects")]
    public async Task Without_scenes_it_learns_from_photographs(string method, string title)
    {
        ToolResult result = await ToolRunner.RunAsync(
            "demo", "--output", _folder.Path, "--method", method, "--json", "schedule.iterations=2", "schedule.batch_size=2",
            "input.short_side=64", "input.long_side=96", "model.detection.score_threshold=0.001");

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(9, result.Json().GetProperty("images").GetInt32());
        Assert.False(Directory.Exists(_folder.Full("data")));
        string page = await File.ReadAllTextAsync(result.Json().GetProperty("report").GetString()!, TestContext.Current.CancellationToken);
        Assert.All(
            new[] { title, "26 photographs with 3,445 outlines (mushroom)" },
            text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_shows_MEInst_with_a_codec_fitted_to_its_scenes()
    {
        ToolResult result = await ToolRunner.RunAsync(Arguments("--method", "meinst", "--json", "model.meinst.dimension=7"));

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        string page = await File.ReadAllTextAsync(result.Json().GetProperty("report").GetString()!, TestContext.Current.CancellationToken);
        Assert.Contains("MEInst learns to cut out objects", page, StringComparison.Ordinal);

        string model = _folder.Full("run1/last.safetensors");
        ToolResult text = await ToolRunner.RunAsync("model", "info", model);
        Assert.Contains("28x28, by 7 numbers, pixels from 0.5", text.Output, StringComparison.Ordinal);
        JsonElement card = (await ToolRunner.RunAsync("model", "info", model, "--json")).Json().GetProperty("card");
        JsonElement codec = card.GetProperty("meinst").GetProperty("codec");
        Assert.Equal(7, codec.GetProperty("options").GetProperty("dimension").GetInt32());
        Assert.False(codec.TryGetProperty("components", out _));
    }

    [Fact]
    public async Task It_shows_CIAE_with_things_and_stuff()
    {
        string[] small = ["model.ciae.channels=8", "model.ciae.norm_groups=4", "model.ciae.instance_threshold=0.001", "model.ciae.min_stuff_area=0"];
        ToolResult result = await ToolRunner.RunAsync(Arguments(["--method", "ciae", "--json", "schedule.iterations=12", .. small]));

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        JsonElement json = result.Json();
        Assert.Equal(["bbox", "segm", "panoptic", "images", "report", "seconds"], json.EnumerateObject().Select(p => p.Name));
        string page = await File.ReadAllTextAsync(json.GetProperty("report").GetString()!, TestContext.Current.CancellationToken);
        Assert.All(
            new[] { "CIAE learns to name every pixel", "6 kinds of things before 4 kinds of stuff", "How CIAE works", "PQ of stuff" },
            text => Assert.Contains(text, page, StringComparison.Ordinal));

        // The predictions are what was measured.
        string predictions = _folder.Full("run1/predictions");
        ToolResult score = await ToolRunner.RunAsync(
            "score", "panoptic", "--json", "--gt", _folder.Full("data/panoptic_val.json"), "--gt-folder", _folder.Full("data/panoptic_val"),
            "--dt", Path.Combine(predictions, "panoptic.json"), "--dt-folder", Path.Combine(predictions, "panoptic"));
        Assert.All(
            new[] { "All", "Things", "Stuff", "per_class", "miou" },
            name => Assert.Equal(json.GetProperty("panoptic").GetProperty(name).ToString(), score.Json().GetProperty(name).ToString()));
    }

    [Fact]
    public async Task Interrupted_it_ends_cleanly_with_what_there_is()
    {
        using CancellationTokenSource interruption = new();
        using StringWriter output = new();
        using InterruptingWriter error = new("train 1/", interruption);
        using ToolConsole console = new(output, error);
        int code = await PanoptesTool.RunAsync(Arguments("--json", "schedule.iterations=100000"), console, interruption.Token);

        Assert.Equal(130, code);
        Assert.Empty(output.ToString());
        Assert.Contains(_folder.Full("run1/report.html"), error.ToString(), StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(_folder.Full("run1/report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("Interrupted after 1 of", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_ends_the_training_before_the_steps_do()
    {
        ToolResult result = await ToolRunner.RunAsync(Arguments("--minutes", "0.01", "schedule.iterations=100000", "evaluation.every=0"));

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        string[] lines = await File.ReadAllLinesAsync(_folder.Full("run1/metrics.jsonl"), TestContext.Current.CancellationToken);
        using JsonDocument last = JsonDocument.Parse(lines[^2]);
        Assert.InRange(last.RootElement.GetProperty("iteration").GetInt32(), 1, 1000);
        Assert.InRange(last.RootElement.GetProperty("seconds").GetDouble(), 0.6, 60);
    }

    [Theory]
    [InlineData("--method mask_rcnn", "embedmask")]
    [InlineData("--minutes 0", "minutes")]
    [InlineData("--scenes 0", "scenes")]
    [InlineData("schedule.iteration=5", "schedule.iterations")]
    [InlineData("--scenes many", "--scenes many: a number is allowed, or none")]
    [InlineData("--scenes schedule.iteration=5", "schedule.iterations")] // the number may be missing
    [InlineData("--scenes --minutes 0", "minutes")]
    public async Task A_wrong_argument_is_named_and_nothing_is_made(string arguments, string named)
    {
        string folder = _folder.Full("new");
        ToolResult result = await ToolRunner.RunAsync(["demo", "--output", folder, .. arguments.Split(' ')]);

        result.ShouldFailWith(2, named);
        Assert.False(Directory.Exists(folder));
    }

    /// <summary>Presses Ctrl-C once a text has been written.</summary>
    private sealed class InterruptingWriter(string text, CancellationTokenSource interruption) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(text, StringComparison.Ordinal) == true) interruption.Cancel();
        }
    }
}
