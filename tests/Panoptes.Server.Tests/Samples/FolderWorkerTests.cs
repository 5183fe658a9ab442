using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Server.Tests.Samples;

/// <summary>samples/folder-worker: what is put into a folder, and what ends the process.</summary>
public sealed class FolderWorkerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-sample-").FullName;

    public FolderWorkerTests() => Directory.CreateDirectory(Full("box/in"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Results_are_written_and_failed_files_moved_aside_with_the_reason()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of POSIX");
        using SampleProcess sample = Start();
        await File.WriteAllTextAsync(Full("box/in/a-notes.txt"), "hello", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Full("box/in/b-cut.jpg"), TinyModels.Photo()[..300], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Full("box/in/photo.jpg"), TinyModels.Photo(), TestContext.Current.CancellationToken);
        await sample.UntilAsync(() => File.Exists(Full("box/done/photo.jpg")), "segmented the photo");
        Assert.Equal(0, await sample.TerminateAsync());

        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.3 });
        Image photo = Image.Load(Full("box/done/photo.jpg"));
        Segmentation expected = segmenter.Segment(photo, TestContext.Current.CancellationToken);
        using JsonDocument found = JsonDocument.Parse(File.ReadAllBytes(Full("box/out/photo.jpg.json")));
        Assert.Equal(
            expected.Instances.Select(i => (i.ClassName, i.Mask.Area)),
            found.RootElement.GetProperty("objects").EnumerateArray()
                .Select(o => (o.GetProperty("class").GetString()!, o.GetProperty("area").GetInt64())));
        Assert.True(Overlay.Draw(photo, expected).Pixels.SequenceEqual(Image.Load(Full("box/out/photo.jpg.overlay.png")).Pixels));
        Assert.Contains("not an image", File.ReadAllText(Full("box/failed/a-notes.txt.txt")), StringComparison.Ordinal);
        Assert.Equal("hello", File.ReadAllText(Full("box/failed/a-notes.txt")));
        Assert.Contains("b-cut.jpg", File.ReadAllText(Full("box/failed/b-cut.jpg.txt")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Full("box/in")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_ends_it_the_next_start_goes_on(bool isCrash)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of POSIX");
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"{i}.jpg")];
        foreach (string name in names) File.WriteAllBytes(Full("box/in/" + name), TinyModels.Photo(1600, 1200));
        using (SampleProcess first = Start())
        {
            await first.UntilAsync(() => File.Exists(Full("box/done/0.jpg")), "segmented one");
            if (isCrash) await first.KillAsync();
            else Assert.Equal(0, await first.TerminateAsync());
        }

        // Each file is where it was, or complete.
        string[] waiting = Names("in"), done = Names("done");
        Assert.Equal(names, waiting.Concat(done).Order(StringComparer.Ordinal));
        foreach (string name in done) AssertComplete(name);
        string[] results = [.. done.SelectMany(n => new[] { n + ".json", n + ".overlay.png" }).Order(StringComparer.Ordinal)];
        if (!isCrash) Assert.Equal(results, Names("out"));

        using SampleProcess second = Start();
        await second.UntilAsync(() => Names("in").Length == 0, "segmented the rest");
        Assert.Equal(0, await second.TerminateAsync());
        foreach (string name in names) AssertComplete(name);
    }

    private void AssertComplete(string name)
    {
        using JsonDocument found = JsonDocument.Parse(File.ReadAllBytes(Full($"box/out/{name}.json")));
        Assert.Equal(name, found.RootElement.GetProperty("image").GetString());
        Assert.Equal(new ImageSize(1600, 1200), Image.ReadSize(Full($"box/out/{name}.overlay.png")));
    }

    private SampleProcess Start() => SampleProcess.Start("folder-worker", _folder, TinyModels.Instances, "box");

    private string[] Names(string folder) =>
        [.. Directory.GetFiles(Full("box/" + folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private string Full(string name) => Path.Combine(_folder, name);
}
