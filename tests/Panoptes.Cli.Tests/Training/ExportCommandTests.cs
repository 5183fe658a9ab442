using System.Text.Json;
using Panoptes.Coco;
using Panoptes.Masks;
using Panoptes.Onnx;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class ExportCommandTests(TinyProject project)
{
    private async Task<string> ExportAsync()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime is missing: ./build.sh fetches it.");
        string output = Path.Combine(project.NewPath("exported"), "model.onnx");
        ToolResult result = await ToolRunner.RunAsync("export", "--model", project.Model, "--output", output);
        Assert.Equal(0, result.Code);
        Assert.Contains("compared with libtorch", result.Output, StringComparison.Ordinal);
        return output;
    }

    [Fact]
    public async Task The_exported_model_finds_the_same()
    {
        string model = await ExportAsync();
        List<CocoDetection> expected = await PredictAsync(project.Model);
        List<CocoDetection> found = await PredictAsync(model);

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected, wanted => Assert.Contains(found, detection =>
            detection.ImageId == wanted.ImageId && detection.CategoryId == wanted.CategoryId
            && Math.Abs(detection.Score - wanted.Score) < 1e-4 && IsSame(detection.Mask!, wanted.Mask!)));

        async Task<List<CocoDetection>> PredictAsync(string path)
        {
            string output = project.NewPath("found");
            ToolResult result = await ToolRunner.RunAsync(
                "predict", "--model", path, "--output", output, "--score", "0", "--save", "coco", project.Pictures);
            Assert.Equal(0, result.Code);
            return ResultFile.Load(Path.Combine(output, "predictions.json"));
        }

        // Rounding may move a pixel over the threshold.
        static bool IsSame(Rle a, Rle b) => a.Area + b.Area == 0 || a.IoU(b) > 0.9;
    }

    [Fact]
    public async Task The_exported_model_is_measured_as_the_model_is()
    {
        string model = await ExportAsync();
        double[] expected = await EvalAsync(project.Model);
        double[] found = await EvalAsync(model);
        Assert.All(expected.Zip(found), figures => Assert.Equal(figures.First, figures.Second, 1e-3));

        async Task<double[]> EvalAsync(string path)
        {
            ToolResult result = await ToolRunner.RunAsync(
                "eval", "--model", path, "--images", project.Pictures, "--annotations", project.Annotations, "--json");
            return [.. result.Json().GetProperty("bbox").GetProperty("stats").EnumerateArray().Select(v => v.GetDouble())];
        }
    }

    [Fact]
    public async Task Both_files_hold_the_same_card()
    {
        string model = await ExportAsync();
        JsonElement exported = (await ToolRunner.RunAsync("model", "info", model, "--json")).Json();
        JsonElement original = (await ToolRunner.RunAsync("model", "info", project.Model, "--json")).Json();
        Assert.Equal(original.GetProperty("card").GetRawText(), exported.GetProperty("card").GetRawText());
        Assert.Equal(model, exported.GetProperty("file").GetString());
        Assert.True(exported.GetProperty("parameters").GetInt64() >= original.GetProperty("parameters").GetInt64());
        Assert.True(exported.GetProperty("values_by_type").GetProperty("F32").GetInt64() > 0);
    }

    [Fact]
    public async Task Json_tells_what_was_written()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime is missing: ./build.sh fetches it.");
        string output = Path.Combine(project.NewPath("exported"), "model.onnx");
        JsonElement json = (await ToolRunner.RunAsync("export", "--model", project.Model, "--output", output, "--json")).Json();
        Assert.Equal(["output", "bytes", "operator_set", "largest_difference"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(new FileInfo(output).Length, json.GetProperty("bytes").GetInt64());
        Assert.InRange(json.GetProperty("largest_difference").GetDouble(), 0, 1e-4);
        Assert.Equal([output], Directory.GetFiles(Path.GetDirectoryName(output)!));
    }

    [Theory]
    [InlineData("model.onnx", "out.onnx", "ONNX file already")]
    [InlineData(null, "out.bin", "must end in .onnx")]
    [InlineData("nowhere.safetensors", "out.onnx", "no such file")]
    public async Task Wrong_files_are_named(string? model, string output, string problem)
    {
        ToolResult result = await ToolRunner.RunAsync(
            "export", "--model", model ?? project.Model, "--output", Path.Combine(project.NewPath("exported"), output));
        result.ShouldFailWith(2, model ?? output, problem);
    }

    [Fact]
    public async Task An_exported_model_runs_on_the_processor()
    {
        string model = await ExportAsync();
        ToolResult result = await ToolRunner.RunAsync(
            "predict", "--model", model, "--output", project.NewPath("found"), "--device", "cuda", project.Pictures);
        Assert.Equal(2, result.Code);
        Assert.Contains("--device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_only_looks_like_one_is_named()
    {
        string model = project.NewPath("text.onnx");
        await File.WriteAllTextAsync(model, "no model at all, just words", TestContext.Current.CancellationToken);
        (await ToolRunner.RunAsync("model", "info", model)).ShouldFailWith(2, model, "no ONNX file");
        (await ToolRunner.RunAsync("predict", "--model", model, "--output", project.NewPath("found"), project.Pictures))
            .ShouldFailWith(2, model);
    }
}
