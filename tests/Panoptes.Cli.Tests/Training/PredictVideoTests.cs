using System.Diagnostics;
using System.Text.Json;
using Panoptes.Coco.Files.Tracks;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

/// <summary><c>predict</c> for videos, pipes and sequences of images.</summary>
[Collection(nameof(TrainingCollection))]
public class PredictVideoTests(TinyProject project)
{
    private Task<ToolResult> PredictAsync(string output, params string[] more) =>
        ToolRunner.RunAsync(["predict", "--model", project.Model, "--output", output, "--score", "0", .. more]);

    [Fact]
    public async Task A_sequence_of_images_is_followed_and_drawn_image_by_image()
    {
        string output = project.NewPath("followed");

        ToolResult result = await PredictAsync(output, Sequence(3), "--track", "--json");

        Assert.True(result.Code == 0, result.Error);
        JsonElement json = result.Json();
        Assert.Equal(
            ["output", "tracks", "videos", "images", "instances", "objects", "failed", "removed", "images_per_second", "seconds"],
            json.EnumerateObject().Select(property => property.Name));
        TrackVideo video = Assert.Single(Load(json).Videos);
        Assert.Equal(3, video.Frames.Count);
        Assert.NotEmpty(video.Frames[0]);
        // The same image three times: what was followed from the first on keeps its number.
        Assert.Equal(video.Frames[0].Select(one => one.TrackId).Order(), video.Frames[2].Select(one => one.TrackId).Order());
        Assert.Equal(json.GetProperty("instances").GetInt32(), video.Frames.Sum(frame => frame.Count));
        Assert.Equal(3, Directory.GetFiles(output, "*.png").Length);
        ToolResult scored = await ToolRunner.RunAsync(["score", "tracks", "--gt", Tracks(json), "--dt", Tracks(json), "--json"]);
        Assert.Equal(1, scored.Json().GetProperty("all").GetProperty("hota").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task An_image_of_a_sequence_that_cannot_be_used_is_told_and_the_others_are_done()
    {
        string output = project.NewPath("followed"), folder = Sequence(5);
        await File.WriteAllTextAsync(Path.Combine(folder, "002.png"), "no image", TestContext.Current.CancellationToken);
        new Image(20, 10).Save(Path.Combine(folder, "004.png"));

        ToolResult result = await PredictAsync(output, folder, "--track", "--json");

        Assert.Equal(1, result.Code);
        JsonElement json = result.Json();
        string[] failed = [.. json.GetProperty("failed").EnumerateArray().Select(line => line.GetString()!)];
        Assert.Equal(2, failed.Length);
        Assert.Contains("002.png", failed[0], StringComparison.Ordinal);
        Assert.Contains("004.png: is 20x10; the images before it are ", failed[1], StringComparison.Ordinal);
        Assert.Contains($"error: {failed[0]}", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(Load(json).Videos).Frames.Count);
        Assert.Equal(["001.png", "003.png", "005.png"], Directory.GetFiles(output, "*.png").Select(Path.GetFileName).Order());
        string tracks = await File.ReadAllTextAsync(Tracks(json), TestContext.Current.CancellationToken);
        Assert.Contains("003.png", tracks, StringComparison.Ordinal);
        Assert.DoesNotContain("002.png", tracks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_gives_a_video_and_tracks()
    {
        RequireFfmpeg();
        // The images' sides are odd, which H.264 does not take.
        string clip = project.NewPath("clip.mkv");
        Ffmpeg("-framerate", "10", "-i", Path.Combine(Sequence(6), "%03d.png"), "-c:v", "ffv1", clip);
        string output = project.NewPath("video");

        ToolResult result = await PredictAsync(output, clip, "--json");

        Assert.True(result.Code == 0, result.Error);
        JsonElement json = result.Json();
        Assert.Equal(6, json.GetProperty("images").GetInt32());
        TrackVideo tracks = Assert.Single(Load(json).Videos);
        Assert.Equal((65, 63, 6), (tracks.Width, tracks.Height, tracks.Frames.Count));
        string video = json.GetProperty("videos")[0].GetString()!;
        Assert.Equal(Path.Combine(output, Path.GetFileNameWithoutExtension(clip) + ".mp4"), video);
        Assert.Equal("66", Probe(video, "width"));
        Assert.Equal("6", Probe(video, "nb_frames"));
        Assert.Equal("10/1", Probe(video, "avg_frame_rate"));
        Assert.DoesNotContain(Directory.GetFiles(output), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damaged_videos_are_told_in_one_line()
    {
        RequireFfmpeg();
        string clip = project.NewPath("damaged.mp4");
        await File.WriteAllTextAsync(clip, "no video", TestContext.Current.CancellationToken);

        ToolResult result = await PredictAsync(project.NewPath("nothing"), clip);

        Assert.Equal(2, result.Code);
        Assert.StartsWith($"error: {clip}: ffmpeg cannot read it: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("clip.mp4 photo.jpg", "'clip.mp4' is a video and 'photo.jpg' is not; predict them one after the other")]
    [InlineData("-", "--frames: belongs to the input '-', whose raw images do not state their size (WxH)")]
    [InlineData("photo.jpg --frames 10x10", "--frames: belongs to the input '-', whose raw images do not state their size (WxH)")]
    [InlineData("- clip.mp4 --frames 10x10", "the input '-' is a pipe and stands alone")]
    [InlineData("- --frames 10", "--frames: is '10'; it must be columns x rows, such as 1280x720")]
    [InlineData("- --frames 10x10 --fps 0", "--fps: is 0; allowed is above 0, up to 1000")]
    [InlineData("clip.mp4 --save masks", "--save masks: for a video, only overlay and coco (tracks.json) can be saved")]
    [InlineData("clip.mp4 --annotations a.json", "--annotations: is for images; results of videos have ids of their own")]
    public async Task Options_that_do_not_fit_are_named(string arguments, string message)
    {
        ToolResult result = await PredictAsync(project.NewPath("wrong"), arguments.Split(' '));

        Assert.Equal((2, $"error: {message}"), (result.Code, result.Error.TrimEnd()));
    }

    private string Sequence(int count)
    {
        string folder = Directory.CreateDirectory(project.NewPath("sequence")).FullName;
        Image image = Image.Load(Path.Combine(project.Images, "000000.jpg"));
        for (int i = 1; i <= count; i++) image.Save(Path.Combine(folder, $"{i:000}.png"));
        return folder;
    }

    private static TrackDataset Load(JsonElement json) =>
        TrackDataset.Load(Tracks(json), cancellationToken: TestContext.Current.CancellationToken);

    private static string Tracks(JsonElement json) => json.GetProperty("tracks").GetString()!;

    private static void RequireFfmpeg()
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg")));
        Assert.SkipUnless(found, "ffmpeg is not installed: videos are not tested.");
    }

    private static void Ffmpeg(params string[] arguments) => Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    private static string Probe(string path, string key) =>
        Run("ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", $"stream={key}", "-of", "csv=p=0", path]).Trim();

    private static string Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return text;
    }
}
