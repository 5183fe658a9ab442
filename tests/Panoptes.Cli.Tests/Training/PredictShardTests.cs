using System.Diagnostics;
using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class PredictShardTests(TinyProject project, PanopticProject panoptic) : IClassFixture<PanopticProject>
{
    private static readonly string[] s_all = ["--save", "overlay,coco,masks,geojson"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] ArgumentsOf(string model, string images, string output, params string[] more) =>
        ["predict", images, "--model", model, "--output", output, "--score", "0", .. more];

    private string[] Arguments(string images, string output, params string[] more) => ArgumentsOf(project.Model, images, output, more);

    private static Task<ToolResult> MergeAsync(string output, params string[] more) => ToolRunner.RunAsync(["predict", "merge", output, .. more]);

    private static async Task RunAsync(int code, string[] arguments)
    {
        ToolResult result = await ToolRunner.RunAsync(arguments);
        Assert.Equal((code, ""), (result.Code, result.Code == code ? "" : result.Error));
    }

    private string MakeImages(int count)
    {
        string images = Directory.CreateDirectory(project.NewPath("images")).FullName;
        for (int i = 0; i < count; i++)
        {
            Image image = Image.Load(Path.Combine(project.Images, $"00000{i % 3}.jpg"));
            image.Row(i)[..(3 * i)].Fill(255);
            image.SavePng(Path.Combine(images, $"image{i}.png"));
        }

        return images;
    }

    [Fact]
    public async Task Four_shards_merged_are_one_run_also_where_one_was_killed()
    {
        Posix.Require();
        string images = MakeImages(14);
        await File.WriteAllTextAsync(Path.Combine(images, "image5.png"), "no image", Cancellation);
        Image.Load(Path.Combine(images, "image9.png")).Resize(2400, 2400).SavePng(Path.Combine(images, "image9.png")); // takes its time
        (string expected, string output) = (project.NewPath("expected"), project.NewPath("found"));
        await RunAsync(1, Arguments(images, expected, s_all));

        // An earlier prediction's files are there; shards leave them, the merge removes them.
        await RunAsync(0, Arguments(Path.Combine(project.Images, "000000.jpg"), output));
        int before = await KillAsync(Arguments(images, output, [.. s_all, "--shard", "auto/4", "--resume"]), output);
        (await MergeAsync(output)).ShouldFailWith(2, "shards 1/4, 2/4, 4/4 are not done", "--shard 1/4");
        foreach (int shard in (int[])[4, 1, 2])
        {
            ToolResult done = await ToolRunner.RunAsync(Arguments(images, output, [.. s_all, "--shard", $"{shard}/4", "--resume", "--json"]));
            Assert.Equal((shard == 2 ? 1 : 0, $"{shard}/4"), (done.Code, done.Json().GetProperty("shard").GetString()));
            Assert.False(done.Json().TryGetProperty("predictions", out _));
        }

        (await MergeAsync(output)).ShouldFailWith(2, "shard 3/4 is not done", "--shard 3/4 --resume");
        ToolResult resumed = await ToolRunner.RunAsync(Arguments(images, output, [.. s_all, "--shard", "3/4", "--resume", "--json"]));
        Assert.Equal(0, resumed.Code);
        Assert.InRange(resumed.Json().GetProperty("skipped").GetInt32(), 1, before);
        await RunAsync(1, Arguments(images, output, [.. s_all, "--shard", "2/4", "--resume"])); // a finished one: nothing changes
        Assert.True(File.Exists(Path.Combine(output, "000000.png")));

        ToolResult merged = await MergeAsync(output, "--json");

        Assert.Equal(1, merged.Code);
        JsonElement json = merged.Json();
        Assert.Equal((4, 13), (json.GetProperty("shards").GetInt32(), json.GetProperty("images").GetInt32()));
        Assert.Contains("image5.png", Assert.Single(json.GetProperty("failed").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(1, json.GetProperty("removed").GetInt32());
        FolderContent.AssertSame(expected, output);
        (await MergeAsync(output)).ShouldFailWith(2, "has no shards to merge");
        ToolResult later = await ToolRunner.RunAsync(Arguments(images, output, [.. s_all, "--resume", "--json"]));
        Assert.Equal((1, 13), (later.Code, later.Json().GetProperty("skipped").GetInt32()));
        FolderContent.AssertSame(expected, output);
    }

    [Fact]
    public async Task Panoptic_shards_with_ids_of_a_dataset_merge_too()
    {
        string images = panoptic.Data.Val.Images;
        string[] save = ["--save", "panoptic,overlay,coco,geojson", "--annotations", panoptic.Data.Val.Panoptic, "--tile", "64"];
        (string expected, string output) = (panoptic.NewPath("expected"), panoptic.NewPath("found"));
        ToolResult whole = await ToolRunner.RunAsync(ArgumentsOf(panoptic.Model, images, expected, save));
        Assert.Equal("", whole.Code == 0 ? "" : whole.Error);

        // More shards than images: some have none.
        for (int shard = 1; shard <= 4; shard++)
            await RunAsync(0, ArgumentsOf(panoptic.Model, images, output, [.. save, "--shard", $"{shard}/4"]));
        await RunAsync(0, ["predict", "merge", output]);

        FolderContent.AssertSame(expected, output);
    }

    [Fact]
    public async Task Shards_in_folders_of_their_own_are_merged_into_one()
    {
        string one = project.NewPath("one"), all = project.NewPath("all");
        string[] parts = [project.NewPath("part"), project.NewPath("part")];
        await RunAsync(0, Arguments(project.Images, one, s_all));
        await RunAsync(0, Arguments(project.Images, parts[0], [.. s_all, "--shard", "1/2"]));
        await RunAsync(0, Arguments(project.Images, parts[1], [.. s_all, "--shard", "2/2"]));

        (await ToolRunner.RunAsync(["predict", "merge", .. parts])).ShouldFailWith(2, "--output", "2 folders");
        (await ToolRunner.RunAsync("predict", "merge", parts[0], "--output", all)).ShouldFailWith(2, "shard 2/2 is not done");
        await RunAsync(0, ["predict", "merge", .. parts, "--output", all + "/"]);
        FolderContent.AssertSame(one, all);
        Assert.True(Directory.Exists(Path.Combine(parts[0], ".panoptes-shards"))); // what was copied stays
    }

    [Fact]
    public async Task A_merge_that_was_interrupted_can_be_repeated()
    {
        string images = MakeImages(4);
        (string expected, string output) = (project.NewPath("expected"), project.NewPath("found"));
        await RunAsync(0, Arguments(images, expected));
        await RunAsync(0, Arguments(images, output, "--shard", "1/2"));
        await RunAsync(0, Arguments(images, output, "--shard", "2/2"));
        string shards = Path.Combine(output, ".panoptes-shards");
        string copy = project.NewPath("shards");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(shards)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await RunAsync(0, ["predict", "merge", output]);
        Directory.Move(copy, shards); // as if it had been stopped before its last step

        await RunAsync(0, ["predict", "merge", output]);

        FolderContent.AssertSame(expected, output);
    }

    [Fact]
    public async Task Shards_that_do_not_belong_together_are_refused()
    {
        string images = MakeImages(4);
        string output = project.NewPath("found");
        string first = Path.Combine(output, ".panoptes-shards", "001-of-002.jsonl");
        string second = Path.Combine(output, ".panoptes-shards", "002-of-002.jsonl");
        await RunAsync(0, Arguments(images, output, "--shard", "1/2"));

        await RunAsync(0, Arguments(images, output, "--shard", "2/2", "--save", "coco"));
        (await MergeAsync(output)).ShouldFailWith(2, second, "another --save than shard 1/2 (coco; shard 1/2 has overlay,coco)");

        (await ToolRunner.RunAsync(Arguments(images, output, "--shard", "2/2", "--resume"))).ShouldFailWith(2, "another --save");
        string more = Path.Combine(images, "image9.png");
        File.Copy(Path.Combine(images, "image0.png"), more);
        await RunAsync(0, Arguments(images, output, "--shard", "2/2"));
        (await MergeAsync(output)).ShouldFailWith(2, second, "another list of images than shard 1/2 (5 images; shard 1/2 has 4)");
        (await ToolRunner.RunAsync(Arguments(images, output, "--shard", "1/2", "--resume"))).ShouldFailWith(2, "another list of images (4; now 5)");
        File.Delete(more);
        await RunAsync(0, Arguments(images, output, "--shard", "2/2"));

        byte[] whole = await File.ReadAllBytesAsync(second, Cancellation);
        await File.WriteAllBytesAsync(second, whole[..^20], Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, "shard 2/2 is not done", "--shard 2/2 --resume");
        await File.WriteAllTextAsync(second, "{\"version\":1,\"settings\":{}}\n", Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "not a manifest (version 1) of shard 2/2");
        File.Copy(first, second, overwrite: true);
        (await MergeAsync(output)).ShouldFailWith(2, second, "not a manifest (version 1) of shard 2/2");
        string text = System.Text.Encoding.UTF8.GetString(whole);
        await File.WriteAllTextAsync(second, text.Replace("image2.png", "../image2.png", StringComparison.Ordinal), Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "'../image2.png', which is not in the folder");
        await File.WriteAllTextAsync(second, text.Replace("\"index\":3", "\"index\":0", StringComparison.Ordinal), Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "its images are not those of shard 2/2 of 4 images");
        await File.WriteAllBytesAsync(second, whole, Cancellation);

        File.Delete(Path.Combine(output, "image3.png"));
        (await MergeAsync(output)).ShouldFailWith(2, second, "the result 'image3.png' of ", "is missing");
        await RunAsync(0, Arguments(images, output, "--shard", "1/3"));
        (await MergeAsync(output)).ShouldFailWith(2, "001-of-003.jsonl", "of another job than 001-of-002.jsonl");
    }

    [Theory]
    [InlineData("clip.mp4", "--shard", "is for images; a video is predicted as a whole")]
    [InlineData("photos", "--track", "is for images; a video is predicted as a whole")]
    [InlineData("photos", "merge", "'merge' is a command of 'panoptes predict'")]
    public async Task What_cannot_be_shared_out_is_refused(string input, string more, string problem) =>
        (await ToolRunner.RunAsync(Arguments(input, project.NewPath("found"), more == "--shard" ? [more, "1/2"] : [more, "--shard", "1/2"])))
            .ShouldFailWith(2, problem);

    [Fact]
    public async Task Without_shards_there_is_nothing_to_merge()
    {
        string output = Directory.CreateDirectory(project.NewPath("found")).FullName;
        (await MergeAsync(output)).ShouldFailWith(2, output, "has no shards to merge", "--shard I/N");
        (await MergeAsync(project.NewPath("nowhere"))).ShouldFailWith(2, "does not exist");
    }

    /// <summary>
    /// Starts shard 3 of 4 as a process of its own, kills it while it is busy with its last image, and returns how many it had done.
    /// </summary>
    private static async Task<int> KillAsync(string[] arguments, string output)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JOB_COMPLETION_INDEX"] = "2";
        start.Environment.Remove("SLURM_ARRAY_TASK_ID");
        using Process process = Process.Start(start)!;
        while (!process.HasExited && !File.Exists(Path.Combine(output, "image8.png"))) await Task.Delay(5, Cancellation);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(137, process.ExitCode); // SIGKILL
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(output, ".panoptes-shards", "003-of-004.jsonl"), Cancellation);
        Assert.InRange(lines.Length, 2, 3);
        return lines.Length - 1;
    }
}
