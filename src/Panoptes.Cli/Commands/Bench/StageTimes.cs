using System.Diagnostics;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Bench;

/// <summary>Milliseconds of one prediction by stage, or their medians over several.</summary>
/// <param name="Decode">From the file's bytes to pixels.</param>
/// <param name="Preprocess">Resizing, normalizing, padding.</param>
/// <param name="Network">The network.</param>
/// <param name="Post">From raw outputs to instances, and to segments where the model is a panoptic one.</param>
/// <param name="Total">All of it, by the clock.</param>
/// <param name="Instances">How many instances were found.</param>
internal sealed record StageTimes(double Decode, double Preprocess, double Network, double Post, double Total, double Instances)
{
    /// <summary>Decodes and segments an image.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="file">The bytes of an image file.</param>
    /// <param name="cancellationToken">Stops between stages.</param>
    public static StageTimes Measure(Segmenter segmenter, byte[] file, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Image image = Image.Decode(file);
        TimeSpan decode = Stopwatch.GetElapsedTime(start);
        Segmentation found = segmenter.Segment(image, cancellationToken);
        TimeSpan total = Stopwatch.GetElapsedTime(start);
        return new StageTimes(
            decode.TotalMilliseconds,
            found.Timings.Preprocess.TotalMilliseconds,
            found.Timings.Network.TotalMilliseconds,
            found.Timings.Postprocess.TotalMilliseconds,
            total.TotalMilliseconds,
            found.Instances.Count);
    }

    /// <summary>The median of each stage by itself: they need not add up to the median of all.</summary>
    /// <param name="runs">At least one.</param>
    public static StageTimes Median(IReadOnlyCollection<StageTimes> runs)
    {
        return new StageTimes(
            Of(run => run.Decode), Of(run => run.Preprocess), Of(run => run.Network), Of(run => run.Post), Of(run => run.Total),
            Of(run => run.Instances));

        double Of(Func<StageTimes, double> stage)
        {
            double[] sorted = [.. runs.Select(stage).Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }
}
