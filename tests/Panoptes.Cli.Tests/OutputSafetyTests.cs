using Panoptes.Cli.Input;

namespace Panoptes.Cli.Tests;

/// <summary>Results never take the place of what they are made from, and a file that cannot be written is told before the work.</summary>
public sealed class OutputSafetyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data/images", "data/panoptic.json", "data/panoptic", "--panoptic")]
    [InlineData("data/images", "gt.json", "data/panoptic", "--panoptic-folder")]
    [InlineData("data/images", "gt.json", "data/panoptic/pngs", "--panoptic-folder")]
    [InlineData("data/samples", "gt.json", "pngs", "--images")]
    public async Task Eval_does_not_replace_its_ground_truth(string images, string panoptic, string pngs, string option)
    {
        string file = _folder.Write(panoptic, "{}");
        string kept = _folder.Write(Path.Combine(pngs, "1.png"), "kept");
        Directory.CreateDirectory(_folder.Full(images));

        (await ToolRunner.RunAsync(
            "eval", "--model", "person", "--images", _folder.Full(images), "--panoptic", file, "--panoptic-folder", _folder.Full(pngs), "--output",
            _folder.Full("data"))).ShouldFailWith(2, "--output", $"holds {option} '", "name another folder");

        Assert.Equal(("{}", "kept"), (File.ReadAllText(file), File.ReadAllText(kept)));
    }

    [Fact]
    public async Task Predict_does_not_replace_its_annotations()
    {
        string file = _folder.Write("found/panoptic.json", "{}");
        (await ToolRunner.RunAsync(
            "predict", "--model", "person", _folder.Write("a.jpg"), "--annotations", file, "--output", _folder.Full("found")))
            .ShouldFailWith(2, "--output", "holds --annotations");
        Assert.Equal("{}", File.ReadAllText(file));
    }

    [Fact]
    public async Task Packing_and_importing_do_not_replace_their_input()
    {
        string model = _folder.Write("m.safetensors", "kept");
        (await ToolRunner.RunAsync("model", "pack", model, "--output", model)).ShouldFailWith(2, "--output", "is the input");
        (await ToolRunner.RunAsync("import", model, "--output", model)).ShouldFailWith(2, "--output", "is the input");
        Assert.Equal("kept", File.ReadAllText(model));
    }

    [Fact]
    public async Task A_shipped_model_is_packed_by_its_name()
    {
        string output = _folder.Full("packed.safetensors");
        ToolResult result = await ToolRunner.RunAsync("model", "pack", "scenes-embedmask", "--output", output, "--weights", "fp16");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.True(File.Exists(output));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_before_the_work()
    {
        string folder = _folder.Full("out") + Path.DirectorySeparatorChar;
        (await ToolRunner.RunAsync("pretrain", _folder.Path, "--output", folder)).ShouldFailWith(2, "--output", "is a folder; a file is needed");
        Assert.False(Directory.Exists(folder));
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return; // rights do not stop an administrator

        string locked = Directory.CreateDirectory(_folder.Full("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        Assert.ThrowsAny<InputException>(() => OutputFile.Prepare("--output", Path.Combine(locked, "a.json")));
        Assert.ThrowsAny<InputException>(() => OutputFolder.Create(locked));
    }

    [Fact]
    public void Trying_to_write_leaves_nothing()
    {
        OutputFile.Prepare("--output", _folder.Full("results/a.json"));
        OutputFolder.Create(_folder.Full("results"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Full("results")));
    }
}
