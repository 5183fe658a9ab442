using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public sealed class PretrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backbone_is_written_and_measured()
    {
        string images = Draw();
        string output = _folder.Full("backbone.safetensors");

        ToolResult result = await ToolRunner.RunAsync(
            "pretrain", images, "--val", images, "--output", output, "--size", "32", "--base-width", "8", "--epochs", "1", "--batch", "4", "--json");

        Assert.Equal(0, result.Code);
        JsonElement json = result.Json();
        Assert.Equal(
            ["output", "images", "classes", "validation_images", "top1", "top5", "seconds"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal((output, 8, 2, 8), (
            json.GetProperty("output").GetString(), json.GetProperty("images").GetInt32(), json.GetProperty("classes").GetInt32(),
            json.GetProperty("validation_images").GetInt32()));
        Assert.Contains("train 2/2 (100 %), loss ", result.Error, StringComparison.Ordinal);
        ToolResult probe = await ToolRunner.RunAsync(
            "pretrain", images, "--val", images, "--weights", output, "--linear-probe", "--base-width", "8", "--size", "32", "--epochs", "1");
        Assert.Equal(0, probe.Code);
        Assert.Matches(@"^8 images of 2 classes in \d+ s\ntop-1 +\d+\.\d % of 8 images, top-5 100\.0 %\n$", probe.Output);
    }

    [Fact]
    public async Task Options_may_be_settings()
    {
        string images = Draw();
        string output = _folder.Full("backbone.safetensors");

        ToolResult result = await ToolRunner.RunAsync(
            "pretrain", "--data", images, "--arch", "resnet18", "--output", output, "base_width=8", "size=32", "epochs=2", "batch=4", "--json");

        Assert.Equal(0, result.Code);
        Assert.Equal((output, 8), (result.Json().GetProperty("output").GetString(), result.Json().GetProperty("images").GetInt32()));
        Assert.Contains("train 4/4 (100 %), loss ", result.Error, StringComparison.Ordinal);
        (await ToolRunner.RunAsync("pretrain", "--data", images, "--output", output, "depth=4")).ShouldFailWith(2, "'depth=4'", "base_width=");
        (await ToolRunner.RunAsync("pretrain", images, "--data", images, "--output", output)).ShouldFailWith(2, "--data", "name one of the two");
        (await ToolRunner.RunAsync("pretrain", "--output", output)).ShouldFailWith(2, "IMAGES", "is missing");
        (await ToolRunner.RunAsync("pretrain", images, "--output", output, "size=a")).ShouldFailWith(2, "--size is 'a'");
    }

    [Fact]
    public async Task What_is_wrong_is_one_line()
    {
        string images = Draw();
        (await ToolRunner.RunAsync("pretrain", images)).ShouldFailWith(2, "--output", "backbone.safetensors");
        (await ToolRunner.RunAsync("pretrain", images, "--linear-probe")).ShouldFailWith(2, "--linear-probe", "weights");
        (await ToolRunner.RunAsync("pretrain", _folder.Full("none"), "--output", _folder.Full("x.safetensors"))).ShouldFailWith(2, "none", "not found");
        (await ToolRunner.RunAsync("pretrain", images, "--output", _folder.Full("x.safetensors"), "--size", "100")).ShouldFailWith(2, "--size", "100", "32");
    }

    private string Draw()
    {
        string folder = _folder.Full("images");
        foreach ((string name, byte gray) in (ReadOnlySpan<(string, byte)>)[("dark", 20), ("light", 220)])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (int i = 0; i < 4; i++)
            {
                Image image = new(40, 40);
                for (int y = 0; y < image.Height; y++) image.Row(y).Fill((byte)(gray + i + (y % 2)));
                image.SavePng(Path.Combine(folder, name, $"{i}.png"));
            }
        }

        return folder;
    }
}
