using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class TrainFolderTests(TinyProject project)
{
    private const string Nothing = "schedule.iterations=0"; // the initialized model alone

    private static JsonNode ConfigOf(string run) => JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!;

    private static string Text(JsonNode config, string key) =>
        key.Split('.').Aggregate<string, JsonNode?>(config, (node, name) => node![name])?.ToString() ?? "null";

    private static int ImagesIn(string annotations) => JsonNode.Parse(File.ReadAllText(annotations))!["images"]!.AsArray().Count;

    /// <summary>The arguments of the command that a run printed to repeat it.</summary>
    private static string[] Repeat(ToolResult result, string output)
    {
        const string start = "to repeat: ";
        string line = result.Error.Split('\n', StringSplitOptions.TrimEntries).Single(l => l.StartsWith(start, StringComparison.Ordinal));
        string[] words = line[(line.IndexOf(" train ", StringComparison.Ordinal) + 1)..].Split(' ');
        Assert.Equal("--output", words[^2]);
        return [.. words[..^1], output];
    }

    private async Task<string> ConvertAsync(string format)
    {
        string folder = project.NewPath(format);
        ToolResult result = await ToolRunner.RunAsync(
            "dataset", "convert", "--to", format, "--input", project.Data.Train.Annotations, "--images", project.Data.Train.Images,
            "--output", folder);
        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        if (format == "labelme") CopyImages(folder); // labels lie next to images
        return folder;
    }

    private void CopyImages(string folder)
    {
        foreach (string image in Directory.GetFiles(project.Data.Train.Images)) File.Copy(image, Path.Combine(folder, Path.GetFileName(image)));
    }

    [Theory]
    [InlineData("yolo")]
    [InlineData("voc")]
    [InlineData("labelme")]
    [InlineData("masks")]
    public async Task Any_format_is_converted_and_split_and_the_images_stay(string format)
    {
        string folder = await ConvertAsync(format);
        string run = project.NewPath("run");
        ToolResult result = await ToolRunner.RunAsync("train", folder, "--output", run, Nothing);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Contains($"{format} dataset in {folder}", result.Error, StringComparison.Ordinal);
        Assert.Contains("no validation set: 1 of the 6 images, a tenth, were set aside", result.Error, StringComparison.Ordinal);
        JsonNode config = ConfigOf(run);
        Assert.StartsWith(folder, Text(config, "data.train.images"), StringComparison.Ordinal);
        Assert.Equal(Text(config, "data.train.images"), Text(config, "data.val.images"));
        Assert.Equal((5, 1), (ImagesIn(Text(config, "data.train.annotations")), ImagesIn(Text(config, "data.val.annotations"))));
        Assert.All(Directory.GetFiles(Path.Combine(run, "data")), file => Assert.EndsWith(".json", file, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("yolo")]
    [InlineData("voc")]
    [InlineData("labelme")]
    [InlineData("masks")]
    public async Task Any_format_trains_as_COCO_does(string format)
    {
        string coco = Directory.CreateDirectory(project.NewPath("coco")).FullName;
        CopyImages(Directory.CreateDirectory(Path.Combine(coco, "images")).FullName);
        File.Copy(project.Data.Train.Annotations, Path.Combine(coco, "instances.json"));

        double[] expected = await LossesAsync(coco), losses = await LossesAsync(await ConvertAsync(format));

        Assert.Equal((2, 2), (expected.Length, losses.Length));
        Assert.All(expected.Zip(losses), pair => Assert.InRange(pair.Second / pair.First, 0.95, 1.05)); // outlines and pixels differ on so small images

        async Task<double[]> LossesAsync(string folder)
        {
            string run = project.NewPath("run");
            ToolResult result = await ToolRunner.RunAsync(
                "train", folder, "--output", run, "model.weights=null", "model.backbone.base_width=8", "model.fpn.channels=16", "model.head.channels=16",
                "model.fpn.norm_groups=8", "model.head.norm_groups=8", "input.short_side=[64]", "input.long_side=96", "schedule.iterations=2",
                "schedule.batch_size=2", "replicas=1", "evaluation.every=2", "checkpoint.every=2", "logging.every=1");
            Assert.Equal("", result.Code == 0 ? "" : result.Error);
            return
            [
                .. File.ReadLines(Path.Combine(run, "metrics.jsonl"))
                    .Select(line => JsonNode.Parse(line)!["loss_total"]?.GetValue<double>())
                    .OfType<double>(),
            ];
        }
    }

    [Fact]
    public async Task Folders_of_images_and_masks_are_a_dataset()
    {
        string masks = await ConvertAsync("masks");
        string folder = Directory.CreateDirectory(project.NewPath("plain")).FullName;
        Directory.Move(Path.Combine(masks, "PNGImages"), Path.Combine(folder, "images"));
        Directory.Move(Path.Combine(masks, "PedMasks"), Path.Combine(folder, "masks"));
        string run = project.NewPath("run");

        ToolResult result = await ToolRunner.RunAsync("train", "--data", folder, "--output", run, Nothing);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(Path.Combine(folder, "images"), Text(ConfigOf(run), "data.train.images"));
    }

    [Fact]
    public async Task Coco_as_it_is_unpacked_trains_from_scratch_and_the_printed_command_repeats_it()
    {
        string folder = project.Data.Folder; // train, val, instances_*.json, panoptic_*.json and their PNGs
        string run = project.NewPath("run");
        string[] small =
        [
            "schedule.iterations=2", "model.weights=null", "model.backbone.base_width=8", "input.short_side=64", "input.long_side=96",
            "data.val.limit=2",
        ];

        ToolResult result = await ToolRunner.RunAsync(["train", folder, "--output", run, .. small, "--json"]);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(2, result.Json().GetProperty("images").GetInt32());
        JsonNode config = ConfigOf(run);
        Assert.Equal(
            (project.Data.Train.Images, project.Data.Train.Annotations, project.Data.Val.Annotations, "null"),
            (Text(config, "data.train.images"), Text(config, "data.train.annotations"), Text(config, "data.val.annotations"),
                Text(config, "data.train.panoptic")));
        Assert.Equal(
            ("embedmask", "group_norm", "0", "2"),
            (Text(config, "model.method"), Text(config, "model.backbone.norm"), Text(config, "model.backbone.frozen_stages"),
                Text(config, "schedule.iterations")));
        Assert.False(Directory.Exists(Path.Combine(run, "data")));

        string again = project.NewPath("run");
        Assert.Equal(0, (await ToolRunner.RunAsync(Repeat(result, again))).Code);
        Assert.Equal(config.ToJsonString(), ConfigOf(again).ToJsonString());
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(run, "last.safetensors"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(again, "last.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Panoptic_data_alone_trains_a_panoptic_network()
    {
        string folder = Directory.CreateDirectory(project.NewPath("panoptic")).FullName;
        foreach (string part in new[] { "train", "val" })
        {
            foreach (string name in new[] { part, $"panoptic_{part}" })
            {
                string target = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
                foreach (string file in Directory.GetFiles(Path.Combine(project.Data.Folder, name)))
                {
                    File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
                }
            }

            File.Copy(Path.Combine(project.Data.Folder, $"panoptic_{part}.json"), Path.Combine(folder, $"panoptic_{part}.json"));
        }

        string run = project.NewPath("run");
        ToolResult result = await ToolRunner.RunAsync("train", folder, "--output", run, Nothing);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        JsonNode config = ConfigOf(run);
        Assert.Equal(
            ("ciae", "null", Path.Combine(folder, "panoptic_train"), Path.Combine(folder, "val")),
            (Text(config, "model.method"), Text(config, "data.train.annotations"), Text(config, "data.train.panoptic_folder"),
                Text(config, "data.val.images")));
    }

    [Fact]
    public async Task A_named_configuration_takes_its_data_from_the_folder()
    {
        string run = project.NewPath("run");

        ToolResult result = await ToolRunner.RunAsync(
            "train", project.Config, "--data", project.Data.Folder, "--output", run, Nothing, "data.train.limit=4", "--device", "cpu");

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        JsonNode config = ConfigOf(run);
        Assert.Equal(
            ("null", "4", "8"), (Text(config, "data.root"), Text(config, "data.train.limit"), Text(config, "model.backbone.base_width")));
        Assert.Equal(
            ["train", project.Config, "--data", project.Data.Folder, Nothing, "data.train.limit=4", "--device", "cpu", "--output", run],
            Repeat(result, run));
    }

    [Fact]
    public async Task A_dry_run_of_a_folder_leaves_nothing()
    {
        string folder = await ConvertAsync("yolo");
        string run = project.NewPath("run");

        ToolResult result = await ToolRunner.RunAsync("train", project.Config, "--data", folder, "--output", run, "--dry-run", "--json");

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(5, result.Json().GetProperty("images").GetInt32());
        Assert.Contains("to train: ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public async Task Folders_that_are_no_dataset_or_more_than_one_are_named()
    {
        string run = project.NewPath("run");
        string empty = Directory.CreateDirectory(project.NewPath("empty")).FullName;
        (await ToolRunner.RunAsync("train", empty, "--output", run)).ShouldFailWith(2, empty, "no dataset", "dataset convert");
        (await ToolRunner.RunAsync("train", "--data", empty + "-not", "--output", run)).ShouldFailWith(2, "--data", "does not exist");
        (await ToolRunner.RunAsync("train", empty, "--data", empty, "--output", run)).ShouldFailWith(2, "name one of the two");
        (await ToolRunner.RunAsync("train", project.Data.Folder, "data.train.images=x", "--output", run)).ShouldFailWith(2, "leave one");

        foreach (string name in new[] { "first.json", "second.json" }) File.Copy(project.Data.Train.Annotations, Path.Combine(empty, name));
        (await ToolRunner.RunAsync("train", empty, "--output", run)).ShouldFailWith(2, "first.json, second.json", "data.train.annotations");
        File.Delete(Path.Combine(empty, "second.json"));
        (await ToolRunner.RunAsync("train", empty, "--output", run)).ShouldFailWith(2, "none of its images", "data.train.images");
        Assert.False(Directory.Exists(run));
    }

    [Theory]
    [InlineData("model.weights=nowhere.safetensors", "nowhere.safetensors", "file not found")]
    [InlineData("model.weights=MODEL", "whole model", "train CONFIG --data FOLDER")]
    [InlineData("model.weight=x", "model.weight", "did you mean 'model.weights'?")]
    public async Task Weights_that_fit_nothing_are_refused(string setting, params string[] problems) =>
        (await ToolRunner.RunAsync(
            "train", project.Data.Folder, "--output", project.NewPath("run"),
            setting.Replace("MODEL", project.Model, StringComparison.Ordinal))).ShouldFailWith(2, problems);

    [Fact]
    public async Task A_resumed_run_does_not_read_the_folder_again()
    {
        string run = project.NewPath("run");
        string[] command = ["train", project.Config, "--data", project.Data.Folder, "--output", run];
        Assert.Equal(0, (await ToolRunner.RunAsync([.. command, Nothing])).Code);

        ToolResult result = await ToolRunner.RunAsync([.. command, Nothing, "--resume", "--json"]);

        Assert.Equal(0, result.Code);
        Assert.Contains("continues with its own data", result.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, result.Json().ValueKind);
    }
}
