using System.Globalization;
using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Inference;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class EvalCommandTests(TinyProject project)
{
    private Task<ToolResult> EvalAsync(params string[] more) => ToolRunner.RunAsync(
        ["eval", "--model", project.Model, "--images", project.Images, "--annotations", project.Annotations, .. more]);

    [Fact]
    public async Task Training_evaluating_and_scoring_agree()
    {
        string run = project.NewPath("run");
        string folder = project.NewPath("eval");
        JsonElement trained = (await project.TrainAsync(run, "--json")).Json();

        ToolResult result = await ToolRunner.RunAsync(
            "eval", "--model", Path.Combine(run, "last.safetensors"), "--images", project.Images, "--annotations", project.Annotations,
            "--output", folder, "--json");

        Assert.Equal(0, result.Code);
        JsonElement json = result.Json();
        Assert.Equal(["bbox", "segm", "images", "seconds"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(3, json.GetProperty("images").GetInt32());
        Assert.Equal(["load", "network", "post"], json.GetProperty("seconds").EnumerateObject().Select(p => p.Name));
        Assert.All(json.GetProperty("seconds").EnumerateObject(), second => Assert.True(second.Value.GetDouble() > 0, second.Name));
        Assert.Equal(Stats(trained, "bbox"), Stats(json, "bbox"));
        Assert.Equal(Stats(trained, "segm"), Stats(json, "segm"));
        Assert.Contains("evaluate 3/3", result.Error, StringComparison.Ordinal);

        string metrics = Path.Combine(folder, "metrics.json");
        Assert.Equal(result.Output, await File.ReadAllTextAsync(metrics, TestContext.Current.CancellationToken));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "samples")).Length);
        ToolResult scored = await ToolRunner.RunAsync(
            "score", "instances", "--gt", project.Annotations, "--dt", Path.Combine(folder, "predictions.json"),
            "--area", "mask", "--json");
        Assert.Equal(Stats(json, "segm"), scored.Json().GetProperty("stats").ToString());

        static string Stats(JsonElement json, string type) => json.GetProperty(type).GetProperty("stats").ToString();
    }

    [Fact]
    public async Task For_people_there_is_a_table_of_boxes_and_masks()
    {
        ToolResult result = await EvalAsync("--limit", "2", "--per-class");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"^ +bbox +segm\nAP +\d\.\d{3} +\d\.\d{3}  average precision", result.Output);
        Assert.Matches(@"\nclass +AP +AP50 ", result.Output);
        Assert.Matches(@"\n2 images in \d+\.\d s, \d+\.\d images/s\n", result.Output);
    }

    [Fact]
    public async Task An_image_above_the_limit_ends_evaluation_prediction_and_training()
    {
        ToolResult measured = await EvalAsync("--max-pixels", "4095");
        Assert.Equal(2, measured.Code);
        Assert.Contains("64x64, above the limit of 4095 pixels (--max-pixels (data.max_pixels in a configuration))", measured.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await EvalAsync("--max-pixels", "9216", "--max-side", "96")).Code);
        ToolResult found = await ToolRunner.RunAsync(
            "predict", "--model", project.Model, project.Images, "--output", project.NewPath("found"), "--max-side", "63");
        Assert.Equal(2, found.Code);
        Assert.Contains("limit of 63 a side. --max-side", found.Error, StringComparison.Ordinal);
        ToolResult trained = await project.TrainAsync(project.NewPath("run"), "data.max_pixels=4095");
        Assert.Equal(2, trained.Code);
        Assert.Contains("64x64, above the limit of 4095 pixels (--max-pixels (data.max_pixels in a configuration))", trained.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_can_see_images_at_another_size()
    {
        ModelCard card = ModelCard.Load(project.Model);
        string own = card.Preprocessing.ShortSide.ToString(CultureInfo.InvariantCulture);
        string plain = await BoxesAsync(), same = await BoxesAsync("--short-side", own), smaller = await BoxesAsync("--short-side", "32");

        Assert.Equal(plain, same);
        Assert.NotEqual(plain, smaller);
        Assert.Contains("--short-side 8: it must be", (await EvalAsync("--short-side", "8")).Error, StringComparison.Ordinal);

        async Task<string> BoxesAsync(params string[] more)
        {
            string folder = project.NewPath("eval");
            Assert.Equal(0, (await EvalAsync([.. more, "--output", folder])).Code);
            string path = Path.Combine(folder, "predictions.json");
            return string.Join('\n', ResultFile.Load(path).Select(found => found.Bbox));
        }
    }

    [Fact]
    public async Task Without_images_or_annotations_it_says_what_to_give()
    {
        (await ToolRunner.RunAsync("eval", "--model", project.Model)).ShouldFailWith(2, "--images: is missing");
        (await ToolRunner.RunAsync("eval", "--model", project.Model, "--images", project.Images)).ShouldFailWith(2, "give --annotations FILE");
    }

    [Theory]
    [InlineData("--limit", "0", "--limit 0")]
    [InlineData("--images", "nowhere", "'nowhere' does not exist")]
    [InlineData("--annotations", "nowhere.json", "nowhere.json")]
    [InlineData("--device", "gpu", "--device gpu")]
    public async Task Wrong_arguments_are_named(string option, string value, string problem)
    {
        Dictionary<string, string> options = new()
        {
            ["--model"] = project.Model,
            ["--images"] = project.Images,
            ["--annotations"] = project.Annotations,
            [option] = value,
        };

        ToolResult result = await ToolRunner.RunAsync(["eval", .. options.SelectMany(o => new[] { o.Key, o.Value })]);

        result.ShouldFailWith(2, problem);
    }

    [Theory]
    [InlineData("model.onnx", "file not found")]
    [InlineData("nowhere.safetensors", "file not found")]
    [InlineData(".", "is a folder")]
    public async Task A_model_that_cannot_be_run_is_named(string model, string problem)
    {
        ToolResult result = await ToolRunner.RunAsync(
            "eval", "--model", model, "--images", project.Images, "--annotations", project.Annotations);

        result.ShouldFailWith(2, model, problem);
    }

    [Fact]
    public async Task A_missing_image_is_named()
    {
        string images = Directory.CreateDirectory(project.NewPath("empty")).FullName;

        ToolResult result = await ToolRunner.RunAsync(
            "eval", "--model", project.Model, "--images", images, "--annotations", project.Annotations);

        result.ShouldFailWith(2, Path.Combine(images, "000000.jpg"));
    }
}
