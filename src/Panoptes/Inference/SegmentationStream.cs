using System.Threading.Channels;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>
/// The stages of a pipeline side by side: one prepares, one runs the network, one decodes. Between two of them lies one piece of work at
/// most, so that memory stays flat however slowly results are taken.
/// </summary>
/// <param name="pipeline">The stages.</param>
/// <param name="networkThread">The one thread that runs the network.</param>
/// <param name="decode">Decodes an image, by its place in the batch and among the images of a piece of work.</param>
/// <param name="cancellationToken">Stops all stages.</param>
internal sealed class SegmentationStream(
    SegmentationPipeline pipeline,
    WorkThread networkThread,
    Func<NetworkOutput, NetworkInput, int, int, DecodedImage> decode,
    CancellationToken cancellationToken)
{
    private readonly Channel<IReadOnlyList<SegmentationBatch>> _prepared = Bounded<IReadOnlyList<SegmentationBatch>>();
    private readonly Channel<IReadOnlyList<SegmentationBatch>> _ran = Bounded<IReadOnlyList<SegmentationBatch>>();
    private readonly Channel<IReadOnlyList<Segmentation>> _results = Bounded<IReadOnlyList<Segmentation>>();
    private Task _stages = Task.CompletedTask;

    /// <summary>Starts the stages.</summary>
    /// <param name="images">The images.</param>
    /// <param name="count">How many images are one piece of work.</param>
    /// <returns>Gives the results of each piece; what goes wrong in a stage is thrown where they are read.</returns>
    public ChannelReader<IReadOnlyList<Segmentation>> Start(IAsyncEnumerable<Image> images, int count)
    {
        _stages = Task.WhenAll(
            Task.Run(() => RunAsync(PrepareAsync(images, count), _prepared.Writer)),
            Task.Run(() => RunAsync(RunNetworkAsync(), _ran.Writer)),
            Task.Run(() => RunAsync(DecodeAsync(), _results.Writer)));
        return _results.Reader;
    }

    /// <summary>Waits until all stages have ended, and disposes what they left.</summary>
    public async Task WaitAsync()
    {
        await _stages.ConfigureAwait(false);
        while (_prepared.Reader.TryRead(out IReadOnlyList<SegmentationBatch>? left) || _ran.Reader.TryRead(out left)) Dispose(left);
    }

    private static Channel<T> Bounded<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });

    private static async Task RunAsync<T>(Task stage, ChannelWriter<T> end)
    {
        try
        {
            await stage.ConfigureAwait(false);
            end.Complete();
        }
#pragma warning disable CA1031 // Whatever it is: it belongs to the next stage, and at last to anyone who reads the results.
        catch (Exception error)
#pragma warning restore CA1031
        {
            end.Complete(error);
        }
    }

    private async Task PrepareAsync(IAsyncEnumerable<Image> images, int count)
    {
        await foreach (Image[] some in images.Chunk(count).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            SegmentationBatch[] batches = [.. pipeline.Split(some)];
            Task passedOn = PassOnAsync(
                batches, _prepared.Writer, () => Array.ForEach(batches, batch => pipeline.Prepare(batch, cancellationToken)));
            await passedOn.ConfigureAwait(false);
        }
    }

    private async Task RunNetworkAsync()
    {
        await foreach (IReadOnlyList<SegmentationBatch> batches in _prepared.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await PassOnAsync(batches, _ran.Writer, async () => await networkThread.Start(
                () =>
                {
                    foreach (SegmentationBatch batch in batches) pipeline.RunNetwork(batch, cancellationToken);
                    return true;
                },
                cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task DecodeAsync()
    {
        await foreach (IReadOnlyList<SegmentationBatch> batches in _ran.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                Segmentation[] results = new Segmentation[batches.Sum(batch => batch.Images.Count)];
                foreach (SegmentationBatch batch in batches) SegmentationPipeline.Decode(batch, decode, results, cancellationToken);
                await _results.Writer.WriteAsync(results, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Dispose(batches);
            }
        }
    }

    private Task PassOnAsync(IReadOnlyList<SegmentationBatch> batches, ChannelWriter<IReadOnlyList<SegmentationBatch>> next, Action work) =>
        PassOnAsync(batches, next, () =>
        {
            work();
            return Task.CompletedTask;
        });

    private async Task PassOnAsync(
        IReadOnlyList<SegmentationBatch> batches, ChannelWriter<IReadOnlyList<SegmentationBatch>> next, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            await next.WriteAsync(batches, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Dispose(batches);
            throw;
        }
    }

    private static void Dispose(IEnumerable<SegmentationBatch> batches)
    {
        foreach (SegmentationBatch batch in batches) batch.Dispose();
    }
}
