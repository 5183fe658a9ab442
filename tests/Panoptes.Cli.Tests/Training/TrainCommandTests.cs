using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class TrainCommandTests(TinyProject project)
{
    private static string LastLine(ToolResult result) => result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];

    [Fact]
    public async Task A_run_leaves_models_metrics_a_checkpoint_and_a_page()
    {
        string run = project.NewPath("run");

        ToolResult result = await project.TrainAsync(run, "evaluation.every=2", "--json");

        Assert.Equal(0, result.Code);
        Assert.Contains("train 3/3 (100 %), loss ", result.Error, StringComparison.Ordinal);
        Assert.Matches(
            @"^data     6 images, \d+ instances of \d+ classes; evaluated on 3 images\n"
            + @"network  embedmask, resnet18, [\d,]+ parameters, begins with random weights\n"
            + $@"device   cpu, fp32, \d+ threads?\nrun      {Regex.Escape(run)}\n",
            result.Error.ReplaceLineEndings("\n"));
        Assert.Matches(@"iteration 2: segm AP \d\.\d{3}, AP50 .*; bbox AP .* \(3 images\)", result.Error);
        JsonElement json = result.Json();
        Assert.Equal(["bbox", "segm", "images", "seconds", "run", "iterations", "report"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal((run, 3), (json.GetProperty("run").GetString(), json.GetProperty("iterations").GetInt32()));
        string[] files = ["best.safetensors", "config.json", "env.json", "last.safetensors", "metrics.csv", "metrics.jsonl", "report.html"];
        IEnumerable<string?> left = Directory.GetFiles(run).Select(Path.GetFileName);
        Assert.Equal(files, left.Where(file => !file!.StartsWith("events.", StringComparison.Ordinal)).Order());
        Assert.True(File.Exists(Path.Combine(run, "checkpoint/state.safetensors")));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(run, "samples/00000003")).Length);
    }

    [Fact]
    public async Task No_iterations_write_the_initialized_model_and_the_seed_decides_it()
    {
        string again = project.NewPath("run");
        string other = project.NewPath("run");

        Assert.Equal(0, (await project.TrainAsync(again, "schedule.iterations=0")).Code);
        Assert.Equal(0, (await project.TrainAsync(other, "schedule.iterations=0", "seed=1")).Code);

        Assert.False(File.Exists(Path.Combine(again, "best.safetensors")));
        Assert.Equal(Bytes(project.Model), Bytes(Path.Combine(again, "last.safetensors")));
        Assert.NotEqual(Bytes(project.Model), Bytes(Path.Combine(other, "last.safetensors")));

        static byte[] Bytes(string file) => File.ReadAllBytes(file);
    }

    [Fact]
    public async Task A_run_can_be_made_longer()
    {
        string run = project.NewPath("run");
        Assert.Equal(0, (await project.TrainAsync(run)).Code);

        ToolResult result = await ToolRunner.RunAsync("train", "--resume", "--output", run, "schedule.iterations=5", "--json");

        Assert.Equal(5, result.Json().GetProperty("iterations").GetInt32());
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!;
        Assert.Equal(5, (int)config["schedule"]!["iterations"]!);
    }

    [Fact]
    public async Task A_resumed_run_stays_what_it_is()
    {
        string run = project.NewPath("run");
        Assert.Equal(0, (await project.TrainAsync(run, "schedule.iterations=0", "data.val.limit=2")).Code);

        (await ToolRunner.RunAsync("train", "--resume", "--output", run, "model.head.channels=32"))
            .ShouldFailWith(2, "model.head.channels is 16", "cannot become 32", "schedule.iterations");
        (await project.TrainAsync(run, "--resume", "schedule.iterations=0"))
            .ShouldFailWith(2, "data.val.limit=null", "has 2", "omit the configuration");
        // The command line that began it, with --resume.
        ToolResult same = await project.TrainAsync(run, "schedule.iterations=0", "data.val.limit=2", "--resume");
        Assert.Equal((0, ""), (same.Code, same.Error));
    }

    [Fact]
    public async Task A_folder_holds_one_run()
    {
        (await project.TrainAsync(Path.GetDirectoryName(project.Model)!)).ShouldFailWith(2, "holds a run", "--resume");
        (await ToolRunner.RunAsync("train", "--resume", "--output", project.NewPath("nothing"))).ShouldFailWith(2, "holds no run");
    }

    [Theory]
    [InlineData("schedule.iteration=4", "schedule.iteration", "did you mean 'schedule.iterations'?")]
    [InlineData("data.train.images=nowhere", "data.train.images", "nowhere' does not exist")]
    [InlineData("data.root=nowhere", "data.root", "data.root=PATH")]
    [InlineData("model.weights=nowhere.safetensors", "model.weights", "nowhere.safetensors' does not exist")]
    [InlineData("--device=tpu", "--device tpu", "cuda:N")]
    [InlineData("--precision=fp8", "'fp8'", "--help")]
    [InlineData("--precision=amp", "amp", "--device cuda")]
    [InlineData("model.backbone.frozen_stages=2", "frozen_stages: 2 stages", "model.weights=FILE")]
    public async Task Wrong_settings_are_named(string setting, string problem, string hint)
    {
        string run = project.NewPath("run");

        (await project.TrainAsync(run, setting)).ShouldFailWith(2, problem, hint);

        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public async Task A_configuration_is_needed() =>
        (await ToolRunner.RunAsync("train", "--output", project.NewPath("run"), "seed=2")).ShouldFailWith(2, "give a configuration");

    [Fact]
    public async Task A_dry_run_tells_time_and_memory_and_leaves_nothing()
    {
        string run = project.NewPath("run");

        ToolResult text = await project.TrainAsync(run, "--dry-run", "schedule.iterations=1000");
        ToolResult json = await project.TrainAsync(run, "--dry-run", "--json", "schedule.iterations=1000", "evaluation.every=100");

        Assert.False(Directory.Exists(run));
        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Contains($"run      {run}\n", text.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches(@"step     \d+\.\d\d s, \d+\.\d images/s", text.Output);
        Assert.Matches("memory   [\\d,]+ MiB", text.Output);
        Assert.Contains("for 1000 iterations", text.Output, StringComparison.Ordinal);
        JsonElement result = json.Json();
        Assert.Equal((true, 6, 1000), (
            result.GetProperty("dry_run").GetBoolean(),
            result.GetProperty("images").GetInt32(),
            result.GetProperty("iterations").GetInt32()));
        double step = result.GetProperty("seconds_per_step").GetDouble();
        JsonElement seconds = result.GetProperty("seconds");
        Assert.Equal(1000 * step, seconds.GetProperty("train").GetDouble(), 0.1);
        Assert.True(seconds.GetProperty("eval").GetDouble() > 0);
        Assert.True(result.GetProperty("peak_memory_mib").GetDouble() > 10);
    }

    [Fact]
    public async Task A_dry_run_is_for_a_new_run()
    {
        (await project.TrainAsync(project.NewPath("run"), "--dry-run", "schedule.iterations=0"))
            .ShouldFailWith(2, "schedule.iterations is 0");
        (await project.TrainAsync(Path.GetDirectoryName(project.Model)!, "--dry-run")).ShouldFailWith(2, "holds a run");
        (await ToolRunner.RunAsync("train", "--resume", "--dry-run", "--output", Path.GetDirectoryName(project.Model)!))
            .ShouldFailWith(2, "--dry-run", "--resume");
    }

    [Fact]
    public async Task A_graphics_card_that_is_not_there_is_no_graphics_card()
    {
        Assert.SkipUnless(Panoptes.Torch.TorchRuntime.CudaDeviceCount == 0, "this machine has a CUDA device");

        (await project.TrainAsync(project.NewPath("run"), "--device", "cuda")).ShouldFailWith(2, "--device cuda", "doctor");
    }

    [Fact]
    public async Task A_missing_image_is_named_before_training_and_the_folder_stays_free()
    {
        string run = project.NewPath("run");
        string setting = project.Changed(dataset => dataset["images"]![2]!["file_name"] = "nowhere.jpg");

        (await project.TrainAsync(run, setting)).ShouldFailWith(2, "nowhere.jpg", "does not exist");

        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public async Task A_truncated_image_is_named_and_the_run_goes_on_once_it_is_repaired()
    {
        string run = project.NewPath("run");
        string images = Directory.CreateDirectory(project.NewPath("images")).FullName;
        foreach (string file in Directory.GetFiles(project.Data.Train.Images))
        {
            File.Copy(file, Path.Combine(images, Path.GetFileName(file)));
        }

        string broken = Path.Combine(images, "000003.jpg");
        byte[] whole = await File.ReadAllBytesAsync(broken, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(broken, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);

        // Six images in batches of one: the broken one comes in the first six steps.
        string[] settings = [$"data.train.images={images}", "schedule.batch_size=1", "schedule.iterations=8", "seed=1"];
        ToolResult result = await project.TrainAsync(run, settings);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("000003.jpg", LastLine(result), StringComparison.Ordinal);
        Assert.StartsWith("error: ", LastLine(result), StringComparison.Ordinal);
        Assert.Contains("--resume goes on", LastLine(result), StringComparison.Ordinal);

        await File.WriteAllBytesAsync(broken, whole, TestContext.Current.CancellationToken);
        ToolResult repaired = await ToolRunner.RunAsync("train", "--resume", "--output", run, "--json");
        Assert.Equal(8, repaired.Json().GetProperty("iterations").GetInt32());
    }

    [Fact]
    public async Task A_polygon_of_two_points_is_a_warning_and_training_goes_on()
    {
        string setting = project.Changed(dataset =>
        {
            JsonObject first = dataset["annotations"]![0]!.AsObject();
            first["segmentation"] = JsonNode.Parse("[[1,1,9,9],[1,1,20,1,20,20,1,20]]");
        });

        ToolResult result = await project.TrainAsync(project.NewPath("run"), setting, "schedule.iterations=1");

        Assert.Equal(0, result.Code);
        Assert.Contains("warning: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("polygon", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_category_is_wrong_input() =>
        (await project.TrainAsync(project.NewPath("run"), project.Changed(d => d["annotations"]![0]!["category_id"] = 4711)))
            .ShouldFailWith(2, "annotations.json", "4711");

    [Fact]
    public async Task A_box_that_is_not_a_number_is_wrong_input() =>
        (await project.TrainAsync(project.NewPath("run"), project.ChangedText(text =>
        {
            int box = text.IndexOf("\"bbox\":[", StringComparison.Ordinal) + "\"bbox\":[".Length;
            return text[..box] + "NaN" + text[text.IndexOf(',', box)..];
        })))
            .ShouldFailWith(2, "annotations.json", "bbox");

    [Fact]
    public async Task A_loss_that_is_not_finite_fails_in_one_line_that_says_what_to_try()
    {
        ToolResult result = await project.TrainAsync(
            project.NewPath("run"),
            "optimizer.learning_rate=100", "optimizer.weight_decay=1", "optimizer.base_batch=1", "optimizer.clip_norm=null",
            "schedule.warmup.iterations=0", "schedule.iterations=50");

        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith("error: iteration ", LastLine(result), StringComparison.Ordinal);
        Assert.Contains("optimizer.learning_rate", LastLine(result), StringComparison.Ordinal);
        Assert.Contains(".jpg", LastLine(result), StringComparison.Ordinal);
    }
}
