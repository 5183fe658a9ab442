using System.Text.Json;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class PredictResumeTests(TinyProject project, PanopticProject panoptic) : IClassFixture<PanopticProject>
{
    private const string Manifest = ".panoptes-predictions.jsonl";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] ArgumentsOf(string model, string images, string output, params string[] more) =>
        ["predict", images, "--model", model, "--output", output, "--score", "0", .. more];

    private string[] Arguments(string images, string output, params string[] more) => ArgumentsOf(project.Model, images, output, more);

    /// <summary>A folder of so many different images, and the results of predicting on it without a break.</summary>
    private async Task<(string Images, string Expected)> PrepareAsync(int count, params string[] more)
    {
        string images = Directory.CreateDirectory(project.NewPath("images")).FullName;
        for (int i = 0; i < count; i++)
        {
            Image image = Image.Load(Path.Combine(project.Images, $"00000{i % 3}.jpg"));
            image.Row(i)[..(3 * i)].Fill(255);
            image.SavePng(Path.Combine(images, $"image{i}.png"));
        }

        string expected = project.NewPath("expected");
        ToolResult whole = await ToolRunner.RunAsync(Arguments(images, expected, more));
        Assert.Equal("", whole.Code == 0 ? "" : whole.Error);
        return (images, expected);
    }

    private static int Skipped(ToolResult result) => result.Json().GetProperty("skipped").GetInt32();

    private static string[] Lines(string output) => File.ReadAllLines(Path.Combine(output, Manifest));

    [Fact]
    public async Task Interrupted_and_resumed_it_writes_what_an_uninterrupted_prediction_does()
    {
        string[] save = ["--save", "overlay,coco,masks,geojson"];
        (string images, string expected) = await PrepareAsync(20, save);
        string output = project.NewPath("found");
        int code = await InterruptAsync(Arguments(images, output, save));
        Assert.Equal(130, code);
        int done = Lines(output).Length - 1;
        Assert.InRange(done, 1, 19);
        Assert.True(File.Exists(Path.Combine(output, "predictions.json"))); // of those that are done

        ToolResult resumed = await ToolRunner.RunAsync(Arguments(images, output, [.. save, "--resume", "--json"]));

        Assert.Equal((0, done), (resumed.Code, Skipped(resumed)));
        Assert.Equal(20 - done, resumed.Json().GetProperty("images").GetInt32());
        FolderContent.AssertSame(expected, output);
    }

    [Fact]
    public async Task A_panoptic_prediction_resumes_too()
    {
        string images = Path.GetDirectoryName(Directory.GetFiles(panoptic.Data.Folder, "000000.jpg", SearchOption.AllDirectories)[0])!;
        string[] save = ["--save", "panoptic,overlay,geojson"];
        string expected = panoptic.NewPath("expected");
        await ToolRunner.RunAsync(ArgumentsOf(panoptic.Model, images, expected, save));
        string output = panoptic.NewPath("found");
        await ToolRunner.RunAsync(ArgumentsOf(panoptic.Model, Path.Combine(images, "000001.jpg"), output, save));

        ToolResult resumed = await ToolRunner.RunAsync(ArgumentsOf(panoptic.Model, images, output, [.. save, "--resume", "--json"]));

        Assert.Equal((0, 1), (resumed.Code, Skipped(resumed)));
        foreach (string name in (string[])["panoptic.json", "000000.png", "panoptic/000001.png", "000002.geojson"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(output, name)));
        Assert.False(File.Exists(Path.Combine(output, "predictions.json")));
    }

    [Fact]
    public async Task What_is_torn_damaged_missing_or_changed_is_done_again()
    {
        (string images, string expected) = await PrepareAsync(6);
        string output = project.NewPath("found");
        await ToolRunner.RunAsync(Arguments(images, output));
        string manifest = Path.Combine(output, Manifest);
        string[] lines = Lines(output);
        Assert.Equal(7, lines.Length);
        lines[2] = lines[2][1..]; // image1
        await File.WriteAllTextAsync(manifest, string.Join('\n', lines)[..^30], Cancellation); // image5, written in part
        File.Delete(Path.Combine(output, "image2.png"));
        File.SetLastWriteTimeUtc(Path.Combine(images, "image3.png"), DateTime.UtcNow.AddHours(-1));

        ToolResult resumed = await ToolRunner.RunAsync(Arguments(images, output, "--resume", "--json"));
        ToolResult again = await ToolRunner.RunAsync(Arguments(images, output, "--resume", "--json"));

        Assert.Equal((0, 2), (resumed.Code, Skipped(resumed)));
        Assert.Contains("1 damaged lines were skipped", resumed.Error, StringComparison.Ordinal);
        Assert.Equal((0, 6), (again.Code, Skipped(again)));
        File.Copy(manifest, Path.Combine(expected, Manifest), overwrite: true); // its order tells what was done again
        FolderContent.AssertSame(expected, output);
    }

    [Fact]
    public async Task Images_that_came_since_are_added_and_those_that_went_are_removed()
    {
        (string images, string expected) = await PrepareAsync(4);
        string output = project.NewPath("found");
        string last = Path.Combine(images, "image3.png");
        string aside = project.NewPath("aside.png");
        string extra = Path.Combine(images, "extra.png");
        File.Move(last, aside);
        File.Copy(aside, extra);
        await ToolRunner.RunAsync(Arguments(images, output));
        File.Delete(extra);
        File.Move(aside, last);

        ToolResult resumed = await ToolRunner.RunAsync(Arguments(images, output, "--resume", "--json"));

        Assert.Equal((0, 3, 1), (resumed.Code, Skipped(resumed), resumed.Json().GetProperty("removed").GetInt32()));
        File.Copy(Path.Combine(output, Manifest), Path.Combine(expected, Manifest), overwrite: true);
        FolderContent.AssertSame(expected, output);
    }

    [Theory]
    [InlineData("--score", "0.5", "another --score (0; now 0.5)")]
    [InlineData("--save", "overlay", "another --save (overlay,coco; now overlay)")]
    [InlineData("--overlay-format", "jpeg", "another --overlay-format (.png; now .jpg)")]
    [InlineData("--tile", "64", "another --tile (none; now 64)")]
    public async Task Other_settings_are_refused(string option, string value, string problem)
    {
        string output = project.NewPath("found");
        string image = Path.Combine(project.Images, "000000.jpg");
        await ToolRunner.RunAsync(Arguments(image, output));
        string[] before = Lines(output);
        string[] changed = option == "--score"
            ? ["predict", image, "--model", project.Model, "--output", output, option, value, "--resume"]
            : Arguments(image, output, option, value, "--resume");

        (await ToolRunner.RunAsync(changed)).ShouldFailWith(2, problem, Manifest, "Without --resume");
        Assert.Equal(before, Lines(output));
    }

    [Fact]
    public async Task Another_model_under_the_same_name_is_noticed()
    {
        string output = project.NewPath("found");
        string image = Path.Combine(project.Images, "000000.jpg");
        string model = project.NewPath("model.safetensors");
        File.Copy(project.Model, model);
        await ToolRunner.RunAsync(ArgumentsOf(model, image, output));
        byte[] bytes = await File.ReadAllBytesAsync(model, Cancellation);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, Cancellation);

        (await ToolRunner.RunAsync(ArgumentsOf(model, image, output, "--resume"))).ShouldFailWith(2, "another --model");
    }

    [Fact]
    public async Task A_file_that_is_no_manifest_is_refused_and_without_resume_replaced()
    {
        string output = Directory.CreateDirectory(project.NewPath("found")).FullName;
        string image = Path.Combine(project.Images, "000000.jpg");
        await File.WriteAllTextAsync(Path.Combine(output, Manifest), "{\"version\":99}\n", Cancellation);

        (await ToolRunner.RunAsync(Arguments(image, output, "--resume"))).ShouldFailWith(2, Manifest, "not a manifest of version 1");
        Assert.Equal(0, (await ToolRunner.RunAsync(Arguments(image, output))).Code);
        Assert.Equal(2, Lines(output).Length);
    }

    private static async Task<int> InterruptAsync(string[] arguments)
    {
        using CancellationTokenSource interruption = new();
        using StringWriter output = new();
        using InterruptingWriter error = new("predict 1/", interruption);
        using ToolConsole console = new(output, error);
        return await PanoptesTool.RunAsync(arguments, console, interruption.Token);
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
