using System.Runtime.CompilerServices;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

/// <summary>Segmenting without blocking, one image or a stream of them: the same results, in order, and nothing left behind.</summary>
public class SegmentAsyncTests
{
    private static readonly ImageSize[] s_sizes = [new(256, 256), new(256, 320), new(300, 256), new(256, 256), new(320, 256), new(256, 300)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_image_comes_back_as_by_the_call_that_blocks()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork((0, 128.5f, 120.25f, 60)));
        Image image = new(256, 256);

        Segmentation found = await segmenter.SegmentAsync(image, Cancellation);

        Assert.Equal(segmenter.Segment(image, Cancellation).Instances, found.Instances);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task A_stream_gives_one_result_for_each_image_in_order(int batchSize)
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork((0, 90, 90, 40), (1, 180, 160, 30)));
        Image[] images = [.. s_sizes.Select(size => new Image(size))];

        List<Segmentation> found = await segmenter.SegmentAsync(images.ToAsyncEnumerable(), batchSize, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(s_sizes, found.Select(s => new ImageSize(s.Width, s.Height)));
        Assert.All(images.Zip(found), pair =>
            Assert.Equal(segmenter.Segment(pair.First, Cancellation).Instances, pair.Second.Instances));
        Assert.All(found, segmentation => Assert.True(segmentation.Timings.Preprocess > TimeSpan.Zero));
    }

    [Fact]
    public async Task No_images_give_no_results()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork());

        Assert.Empty(await segmenter.SegmentAsync(AsyncEnumerable.Empty<Image>(), cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Only_a_few_images_are_fetched_ahead_of_the_results_that_were_taken()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork());
        int fetched = 0, taken = 0, most = 0;
        await foreach (Segmentation _ in segmenter.SegmentAsync(FetchAsync(), cancellationToken: Cancellation))
        {
            await Task.Delay(5, Cancellation);
            most = Math.Max(most, Volatile.Read(ref fetched) - ++taken);
        }

        Assert.Equal(40, taken);
        Assert.InRange(most, 1, 8);

        async IAsyncEnumerable<Image> FetchAsync()
        {
            for (int i = 0; i < 40; i++)
            {
                await Task.Yield();
                Interlocked.Increment(ref fetched);
                yield return new Image(64, 64);
            }
        }
    }

    [Fact]
    public async Task The_network_runs_on_one_thread_however_many_call()
    {
        HashSet<int> threads = [];
        FakeNetwork network = SegmenterTests.DiscNetwork((0, 90, 90, 40));
        using Segmenter segmenter = new(new FakeNetwork(network.Card, input =>
        {
            lock (threads) threads.Add(Environment.CurrentManagedThreadId);
            return network.Function(input);
        }));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => segmenter.SegmentAsync(new Image(256, 256), Cancellation))));
        await segmenter.SegmentAsync(s_sizes.Select(size => new Image(size)).ToAsyncEnumerable(), 2, Cancellation).ToListAsync(Cancellation);

        Assert.Single(threads);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("network")]
    public async Task What_goes_wrong_in_a_stage_is_thrown_after_the_results_before_it(string stage)
    {
        FakeNetwork network = SegmenterTests.DiscNetwork();
        int runs = 0;
        using Segmenter segmenter = new(new FakeNetwork(
            network.Card, input => ++runs == 3 && stage == "network" ? throw new InvalidOperationException("broken") : network.Function(input)));
        int results = 0;

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (Segmentation _ in segmenter.SegmentAsync(Source(), cancellationToken: Cancellation)) results++;
        });

        Assert.Equal("broken", error.Message);
        Assert.Equal(2, results);

        async IAsyncEnumerable<Image> Source()
        {
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                if (i == 2 && stage == "source") throw new InvalidOperationException("broken");
                yield return new Image(64, 64);
            }
        }
    }

    [Fact]
    public async Task Whoever_stops_to_take_results_stops_the_source_too()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork());
        bool ended = false;

        await foreach (Segmentation _ in segmenter.SegmentAsync(EndlessAsync(Cancellation), cancellationToken: Cancellation)) break;

        Assert.True(ended);

        async IAsyncEnumerable<Image> EndlessAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(1, cancellationToken);
                    yield return new Image(64, 64);
                }
            }
            finally
            {
                ended = true;
            }
        }
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_ends_at_once_and_holds_its_image_no_longer()
    {
        CancellationToken cancellation = Cancellation;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ManualResetEventSlim release = new();
        FakeNetwork network = SegmenterTests.DiscNetwork();
        using Segmenter segmenter = new(new FakeNetwork(network.Card, input =>
        {
            begun.TrySetResult();
            release.Wait(cancellation);
            return network.Function(input);
        }));
        using CancellationTokenSource stop = new();
        try
        {
            Task<Segmentation> running = segmenter.SegmentAsync(new Image(64, 64), cancellation);
            await begun.Task.WaitAsync(cancellation);
            (Task<Segmentation> waiting, WeakReference image) = Queue(segmenter, stop.Token);
            Assert.False(waiting.IsCompleted);

            await stop.CancelAsync();

            Assert.True(waiting.IsCanceled);
            Assert.False(running.IsCompleted);
            GC.Collect();
            Assert.False(image.IsAlive);
            release.Set();
            Assert.Equal(64, (await running).Width);
        }
        finally
        {
            release.Set();
        }

        // In a method of its own, whose variables are gone when it returns.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Task<Segmentation> Waiting, WeakReference Image) Queue(Segmenter segmenter, CancellationToken cancellationToken)
        {
            Image image = new(64, 64);
            return (segmenter.SegmentAsync(image, cancellationToken), new WeakReference(image));
        }
    }

    [Fact]
    public async Task A_cancelled_stream_ends()
    {
        using Segmenter segmenter = new(SegmenterTests.DiscNetwork());
        using CancellationTokenSource stop = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Segmentation _ in segmenter.SegmentAsync(
                Enumerable.Repeat(new Image(64, 64), 1000).ToAsyncEnumerable(), cancellationToken: stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => segmenter.SegmentAsync(new Image(64, 64), stop.Token));
    }
}
