using System.Text.Json;
using Panoptes.Cli.Commands.Bench;
using Panoptes.Onnx;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class BenchCommandTests(TinyProject project)
{
    [Fact]
    public async Task Stages_memory_threads_and_provider_are_told()
    {
        ToolResult result = await ToolRunner.RunAsync("bench", "--model", project.Model, "--runs", "3", "--threads", "1", "--json");
        Assert.Equal(0, result.Code);
        JsonElement json = result.Json();
        string[] stages = ["decode", "preprocess", "network", "post"];
        Assert.All(stages, stage => Assert.True(json.GetProperty(stage).GetDouble() > 0, stage));
        Assert.True(json.GetProperty("total").GetDouble() >= json.GetProperty("network").GetDouble());
        Assert.True(json.GetProperty("peak_memory_mib").GetDouble() > 50);
        Assert.Equal((3, 1), (json.GetProperty("runs").GetInt32(), json.GetProperty("threads").GetInt32()));
        Assert.Equal("cpu", json.GetProperty("device").GetString());
        Assert.StartsWith("libtorch", json.GetProperty("provider").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exported_model_and_images_of_a_folder_are_timed_too()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        string onnx = project.NewPath("model.onnx");
        Assert.Equal(0, (await ToolRunner.RunAsync("export", "--model", project.Model, "--output", onnx)).Code);
        ToolResult result = await ToolRunner.RunAsync(
            "bench", "--model", onnx, "--images", project.Images, "--runs", "4", "--detections", "7");
        Assert.Equal(0, result.Code);
        Assert.Matches(@"^decode +\d+\.\d ms\npreprocess +\d+\.\d ms\nnetwork +\d+\.\d ms\npost +\d+\.\d ms\ntotal +\d+\.\d ms\n", result.Output);
        // Masks without a pixel are no instances: an untrained model has such.
        Assert.Matches(@"\ninstances +[0-7](\.5)?, medians of 4 runs\n", result.Output);
        Assert.Contains("ONNX Runtime", result.Output, StringComparison.Ordinal);
        Assert.Contains("predict 4/4", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--size 64 --size64", "")]
    [InlineData("--size 64", "--size 64: allowed is HEIGHTxWIDTH")]
    [InlineData("--size 0x64", "--size 0x64: allowed is HEIGHTxWIDTH")]
    [InlineData("--size 16384x16384", "33554432 pixels at most")]
    [InlineData("--runs 0", "--runs 0: it must be at least 1")]
    [InlineData("--detections 10001", "--detections 10001: allowed is 1 to 10000")]
    [InlineData("--size 64x64 --images .", "give --images or --size, not both")]
    public async Task What_cannot_be_timed_is_refused(string options, string message)
    {
        ToolResult result = await ToolRunner.RunAsync(["bench", "--model", project.Model, .. options.Split(' ')]);
        Assert.Equal(2, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_model_or_an_image_is_told_with_its_name()
    {
        ToolResult misspelt = await ToolRunner.RunAsync("bench", "--model", "persn");
        Assert.Equal(2, misspelt.Code);
        Assert.Contains("did you mean the shipped model 'person'?", misspelt.Error, StringComparison.Ordinal);

        string folder = Directory.CreateDirectory(project.NewPath("images")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "words.jpg"), "words", TestContext.Current.CancellationToken);
        ToolResult broken = await ToolRunner.RunAsync("bench", "--model", project.Model, "--images", folder);
        Assert.Equal(2, broken.Code);
        Assert.Contains("words.jpg", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_stage_has_a_median_of_its_own()
    {
        StageTimes median = StageTimes.Median(
            [new(1, 10, 3, 4, 30, 0), new(2, 20, 1, 8, 10, 4), new(4, 40, 2, 6, 20, 4), new(8, 30, 9, 2, 40, 8)]);
        Assert.Equal(new StageTimes(3, 25, 2.5, 5, 25, 4), median);
    }
}
