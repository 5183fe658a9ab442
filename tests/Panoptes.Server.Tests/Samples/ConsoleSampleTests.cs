using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Server.Tests.Samples;

/// <summary>samples/console: a model, a photo, an overlay.</summary>
public sealed class ConsoleSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-sample-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_prints_what_the_library_finds_and_saves_an_overlay()
    {
        File.WriteAllBytes(Path.Combine(_folder, "photo.jpg"), TinyModels.Photo());
        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.3 });
        Image photo = Image.Load(Path.Combine(_folder, "photo.jpg"));
        Segmentation expected = segmenter.Segment(photo, TestContext.Current.CancellationToken);
        Assert.NotEmpty(expected.Instances);

        using SampleProcess sample = SampleProcess.Start("console", _folder, TinyModels.Instances, "photo.jpg", "found.png");
        Assert.True(await sample.WaitAsync() == 0, sample.Text);

        string[] lines = sample.Text.Split('\n');
        Assert.Equal(expected.Instances.Select(i => $"{i.ClassName} {i.Score:0.00} {i.Box} {i.Mask.Area} pixels"), lines[..^1]);
        Assert.Matches($"^{expected.Instances.Count} objects in \\d+ ms: found.png$", lines[^1]);
        Assert.True(Overlay.Draw(photo, expected).Pixels.SequenceEqual(Image.Load(Path.Combine(_folder, "found.png")).Pixels));
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_told_in_a_line()
    {
        File.WriteAllText(Path.Combine(_folder, "photo.jpg"), "hello");

        using SampleProcess sample = SampleProcess.Start("console", _folder, TinyModels.Instances, "photo.jpg");
        Assert.Equal(1, await sample.WaitAsync());

        Assert.StartsWith("photo.jpg: ", sample.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sample.Text);
    }
}
