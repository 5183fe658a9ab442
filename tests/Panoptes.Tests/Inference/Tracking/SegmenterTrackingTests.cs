using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;

namespace Panoptes.Tests.Inference.Tracking;

/// <summary>From a stream of images to tracks.</summary>
public class SegmenterTrackingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_of_images_gives_its_objects_their_numbers()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork((0, 90, 90, 40), (1, 180, 160, 30)));
        IAsyncEnumerable<Image> images = Enumerable.Range(0, 4).Select(_ => new Image(256, 256)).ToAsyncEnumerable();

        TrackingOptions options = new() { HighScore = 0.1 };
        List<TrackedSegmentation> tracked =
            await segmenter.TrackAsync(images, options, batchSize: 2, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([0, 1, 2, 3], tracked.Select(frame => frame.Index));
        Assert.NotEmpty(tracked[0].Instances);
        Assert.All(tracked, frame => Assert.Equal(Numbers(tracked[0]), Numbers(frame)));
        Assert.All(tracked, frame => Assert.All(frame.Instances, one => Assert.Contains(one.Instance, frame.Segmentation.Instances)));

        static IEnumerable<(int Track, int Class)> Numbers(TrackedSegmentation frame) =>
            frame.Instances.Select(one => (one.TrackId, one.Instance.ClassIndex));
    }

    [Fact]
    public async Task Each_enumeration_is_a_sequence_of_its_own()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork((0, 90, 90, 40)));
        IAsyncEnumerable<Image> images = Enumerable.Range(0, 2).Select(_ => new Image(256, 256)).ToAsyncEnumerable();
        IAsyncEnumerable<TrackedSegmentation> tracked = segmenter.TrackAsync(images, cancellationToken: Cancellation);

        List<TrackedSegmentation> first = await tracked.ToListAsync(Cancellation);
        List<TrackedSegmentation> second = await tracked.ToListAsync(Cancellation);

        Assert.Equal([0, 1], first.Select(frame => frame.Index));
        Assert.Equal([0, 1], second.Select(frame => frame.Index));
    }

    [Fact]
    public void A_segmenter_that_skips_what_the_tracker_needs_is_refused()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork(), new SegmenterOptions { MinScore = 0.3 });

        InputException error = Assert.Throws<InputException>(
            () => segmenter.TrackAsync(AsyncEnumerable.Empty<Image>(), cancellationToken: Cancellation));
        Assert.Equal(
            "SegmenterOptions.MinScore: is 0.3; tracking needs all instances from TrackingOptions.LowScore (0.1) on", error.Message);
    }

    [Fact]
    public async Task Images_of_another_size_are_refused()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork());
        Image[] images = [new(256, 256), new(320, 256)];

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await segmenter.TrackAsync(images.ToAsyncEnumerable(), cancellationToken: Cancellation).ToListAsync(Cancellation));
    }
}
