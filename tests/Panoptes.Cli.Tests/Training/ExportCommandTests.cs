using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Masks;
using Panoptes.Onnx;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class ExportCommandTests(TinyProject project)
{
    private async Task<string> ExportAsync()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
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
                "predict", "--model", path, "--output", output, "--score", "0", "--save", "coco", project.Images);
            Assert.Equal(0, result.Code);
            return ResultFile.Load(Path.Combine(output, "predictions.json"));
        }

        // Rounding may move a pixel over the threshold.
        static bool IsSame(Rle a, Rle b) => a.Area + b.Area == 0 || a.IoU(b) > 0.9;
    }

    [Fact]
    public async Task Weights_of_16_bits_make_a_smaller_file()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        string whole = await ExportAsync(), half = project.NewPath("half.onnx");
        ToolResult result = await ToolRunner.RunAsync("export", "--model", project.Model, "--precision", "fp16", "--output", half);
        Assert.Equal(0, result.Code);
        Assert.Contains("compared with libtorch: outputs differ by", result.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(half).Length < new FileInfo(whole).Length * 0.8);
    }

    [Fact]
    public async Task Computing_in_8_bits_is_measured_on_the_annotations()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        string output = project.NewPath("int8.onnx");
        ToolResult result = await ToolRunner.RunAsync(
            "export", "--model", project.Model, "--precision", "int8", "--calibrate", project.Images, "--annotations", project.Annotations,
            "--max-loss", "1", "--keep-float", "backbone.conv1", "fpn.*", "--output", output, "--json");
        Assert.Equal(0, result.Code);
        JsonElement int8 = result.Json().GetProperty("int8");
        Assert.Equal("AP", int8.GetProperty("measure").GetString());
        Assert.Equal(3, int8.GetProperty("images").GetInt32());
        string[] kept = [.. int8.GetProperty("kept_float").EnumerateArray().Select(layer => layer.GetString()!)];
        Assert.Contains("fpn.lateral5.0", kept);
        Assert.All(kept, layer => Assert.Matches(@"^(backbone\.conv1$|fpn\.)", layer));
        Assert.True(int8.GetProperty("layers").GetInt32() > kept.Length);
        Assert.Contains("calibrate 3/3", result.Error, StringComparison.Ordinal);

        ToolResult found = await ToolRunner.RunAsync(
            "predict", "--model", output, "--output", project.NewPath("found"), "--score", "0", project.Images);
        Assert.Equal(0, found.Code);
    }

    [Fact]
    public async Task What_8_bits_need_is_told()
    {
        string output = project.NewPath("int8.onnx");
        string[] start = ["export", "--model", project.Model, "--output", output];
        (await ToolRunner.RunAsync([.. start, "--precision", "int8"])).ShouldFailWith(2, "--precision int8 needs --calibrate DIR");
        (await ToolRunner.RunAsync([.. start, "--max-loss", "0.1"])).ShouldFailWith(2, "--max-loss is for --precision int8 only");
        string[] int8 = [.. start, "--precision", "int8", "--calibrate"];
        (await ToolRunner.RunAsync([.. int8, project.NewPath("nowhere")])).ShouldFailWith(2, "nowhere");
        (await ToolRunner.RunAsync([.. int8, project.Images, "--max-loss", "2"])).ShouldFailWith(2, "--max-loss 2", "0..1");
        (await ToolRunner.RunAsync([.. int8, project.Images, "--panoptic", "p.json"])).ShouldFailWith(2, "--panoptic-folder");
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        (await ToolRunner.RunAsync([.. int8, project.Images, "--keep-float", "stem.9"]))
            .ShouldFailWith(2, "--keep-float: no layer is named 'stem.9'");
        Assert.False(File.Exists(output));
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
                "eval", "--model", path, "--images", project.Images, "--annotations", project.Annotations, "--json");
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
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        string output = Path.Combine(project.NewPath("exported"), "model.onnx");
        JsonElement json = (await ToolRunner.RunAsync("export", "--model", project.Model, "--output", output, "--json")).Json();
        Assert.Equal(["output", "bytes", "operator_set", "largest_difference", "int8"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(new FileInfo(output).Length, json.GetProperty("bytes").GetInt64());
        Assert.InRange(json.GetProperty("largest_difference").GetDouble(), 0, 1e-4);
        Assert.Equal([output], Directory.GetFiles(Path.GetDirectoryName(output)!));
    }

    [Theory]
    [InlineData("model.onnx", "out.onnx", "ONNX file already")]
    [InlineData(null, "out.bin", "must end in .onnx")]
    [InlineData("nowhere.safetensors", "out.onnx", "file not found")]
    public async Task Wrong_files_are_named(string? model, string output, string problem)
    {
        ToolResult result = await ToolRunner.RunAsync(
            "export", "--model", model ?? project.Model, "--output", Path.Combine(project.NewPath("exported"), output));
        result.ShouldFailWith(2, model ?? output, problem);
    }

    [Theory]
    [InlineData("cuda", "without CUDA", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("tensorrt:1", "without TensorRT", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("openvino:GPU", "without OpenVINO", "Intel.ML.OnnxRuntime.OpenVino")]
    [InlineData("directml", "without DirectML", "")]
    [InlineData("coreml", "without CoreML", "")]
    public async Task A_provider_that_is_not_there_is_told_and_the_cpu_runs_the_model(string device, string problem, string package)
    {
        string model = await ExportAsync();
        Assert.SkipUnless(OnnxRuntime.Providers is [ExecutionProvider.Cpu], "This ONNX Runtime has other providers.");

        ToolResult result = await ToolRunner.RunAsync(
            "predict", "--model", model, "--output", project.NewPath("found"), "--device", device, project.Images);

        Assert.Equal(0, result.Code);
        string warning = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("warning: --device", StringComparison.Ordinal));
        string start = $"warning: --device {device}: ONNX Runtime {OnnxRuntime.Version} was found {problem}";
        Assert.StartsWith(start, warning, StringComparison.Ordinal);
        Assert.Contains(package, warning, StringComparison.Ordinal);
        Assert.EndsWith("The CPU runs the model.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cpu:0")]
    [InlineData("coreml:0")]
    [InlineData("openvino:")]
    public async Task Devices_that_onnx_models_do_not_know_are_refused(string device) =>
        (await ToolRunner.RunAsync(
            "predict", "--model", "model.onnx", "--output", project.NewPath("found"), "--device", device, project.Images))
        .ShouldFailWith(2, $"--device {device}", "tensorrt[:N]", "openvino[:KIND]");

    [Theory]
    [InlineData("tensorrt")]
    [InlineData("directml:1")]
    [InlineData("coreml")]
    [InlineData("openvino:GPU")]
    public async Task Providers_of_onnx_models_are_refused_for_others(string device) =>
        (await ToolRunner.RunAsync(
            "predict", "--model", project.Model, "--output", project.NewPath("found"), "--device", device, project.Images))
        .ShouldFailWith(2, $"--device {device}", "*.onnx", "cpu, cuda and cuda:N");

    [Fact]
    public async Task A_file_that_only_looks_like_one_is_named()
    {
        string model = project.NewPath("text.onnx");
        await File.WriteAllTextAsync(model, "no model at all, just words", TestContext.Current.CancellationToken);
        (await ToolRunner.RunAsync("model", "info", model)).ShouldFailWith(2, model, "not an ONNX file");
        (await ToolRunner.RunAsync("predict", "--model", model, "--output", project.NewPath("found"), project.Images))
            .ShouldFailWith(2, model);
    }
}
