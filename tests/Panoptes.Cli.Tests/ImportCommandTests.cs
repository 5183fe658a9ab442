using System.Text;
using System.Text.Json;

namespace Panoptes.Cli.Tests;

public sealed class ImportCommandTests : IDisposable
{
    private static readonly string s_imageNet = Path.Combine(AppContext.BaseDirectory, "weights", "resnet18_imagenet.onnx");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backbone_keeps_what_it_expects_of_images()
    {
        string backbone = _folder.Full("backbone.safetensors");
        string[] command =
        [
            "import", s_imageNet, "--output", backbone, "input.channel_order=bgr", "input.mean=[103.06, 115.9, 123.15]", "input.std=[1, 1, 1]",
        ];
        ToolResult text = await ToolRunner.RunAsync(command);
        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Equal(
            [
                $"{backbone}: a backbone, resnet18_imagenet, from onnx",
                "input      bgr, mean [103.06, 115.9, 123.15], std [1, 1, 1]",
                "backbone   stride in the 3x3, epsilon 1E-05",
                "matched    110 tensors",
                "missing    0 tensors",
                "left over  0 tensors",
            ],
            text.Output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

        ToolResult result = await ToolRunner.RunAsync([.. command, "--json"]);
        JsonElement json = result.Json();
        Assert.Equal(("backbone", 110), (json.GetProperty("kind").GetString(), json.GetProperty("matched").EnumerateObject().Count()));

        ToolResult config = await ToolRunner.RunAsync(
            "config", "show", "embedmask_r18_fpn_1x", $"model.weights={backbone}", "input.channel_order=bgr",
            "input.mean=[103.06, 115.9, 123.15]", "model.backbone.type=resnet18_imagenet");
        Assert.Equal(0, config.Code);
        Assert.Contains("channel_order: bgr", config.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pickle_that_asks_for_a_function_is_refused()
    {
        string pickle = _folder.Full("model.pkl");
        await File.WriteAllBytesAsync(
            pickle, Encoding.Latin1.GetBytes("\u0080\u0002cos\nsystem\nS'true'\n\u0085R."), TestContext.Current.CancellationToken);
        string output = _folder.Full("model.safetensors");
        ToolResult result = await ToolRunner.RunAsync("import", pickle, "--output", output);
        result.ShouldFailWith(2, pickle, "os.system: refused");
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_configuration_of_another_backbone_is_refused_by_name()
    {
        ToolResult result = await ToolRunner.RunAsync(
            "import", s_imageNet, "--output", _folder.Full("model.safetensors"), "model.backbone.type=resnet34");
        result.ShouldFailWith(2, s_imageNet, "does not hold the backbone resnet34", "'backbone.layer1.2.conv1.weight' (not in the file)");
    }
}
