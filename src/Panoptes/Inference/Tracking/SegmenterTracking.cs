using System.Runtime.CompilerServices;
using Panoptes.Imaging;

namespace Panoptes.Inference.Tracking;

/// <summary>Segmentation of a video.</summary>
public static class SegmenterTracking
{
    /// <summary>
    /// Segments the images of a video and follows the objects: while the network works on some images, the next ones are fetched and
    /// prepared, and the results of the ones before are decoded. A few images are under way at any time, never all.
    /// </summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="images">The images in the order of time, all of one size.</param>
    /// <param name="options">How instances become tracks; null for the defaults.</param>
    /// <param name="batchSize">How many images go through the network together; at least 1, the default.</param>
    /// <param name="cancellationToken">Stops the work; to finish what is under way, end <paramref name="images"/> instead.</param>
    /// <returns>One result for each image, in order, as soon as it is there.</returns>
    /// <exception cref="InputException">A value of the options is outside of its range, or the segmenter skips instances that the tracker
    /// would use: its <see cref="SegmenterOptions.MinScore"/> is above <see cref="TrackingOptions.LowScore"/>.</exception>
    /// <exception cref="ArgumentException">An image is of another size than those before.</exception>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static IAsyncEnumerable<TrackedSegmentation> TrackAsync(
        this Segmenter segmenter,
        IAsyncEnumerable<Image> images,
        TrackingOptions? options = null,
        int batchSize = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        options ??= new TrackingOptions();
        options.Validate();
        if (segmenter.MinScore > options.LowScore)
        {
            FormattableString problem =
                $"is {segmenter.MinScore}; tracking needs all instances from TrackingOptions.LowScore ({options.LowScore}) on";
            throw InputException.ForSetting("SegmenterOptions.MinScore", FormattableString.Invariant(problem));
        }

        return FollowAsync(options, segmenter.SegmentAsync(images, batchSize, cancellationToken), cancellationToken);
    }

    private static async IAsyncEnumerable<TrackedSegmentation> FollowAsync(
        TrackingOptions options, IAsyncEnumerable<Segmentation> results, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Tracker tracker = new(options); // one for each enumeration, which is a sequence of its own
        await foreach (Segmentation found in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return tracker.Update(found);
        }
    }
}
