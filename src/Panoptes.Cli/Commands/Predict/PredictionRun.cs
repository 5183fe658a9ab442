using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>A model going through many images, and what it did.</summary>
internal abstract class PredictionRun
{
    // How long images that are under way may take when the prediction is cancelled.
    private protected static readonly TimeSpan s_patience = TimeSpan.FromSeconds(0.4);

    private TimeSpan _preprocess;
    private TimeSpan _network;
    private TimeSpan _post;

    /// <summary>Images done.</summary>
    public int Images { get; private set; }

    /// <summary>Objects found in them.</summary>
    public int Instances { get; private set; }

    /// <summary>How images are read, and how large they may be.</summary>
    public DecodeOptions Decoding { get; init; } = DecodeOptions.Default;

    /// <summary>Time by stage.</summary>
    public PredictSeconds Seconds { get; private set; }

    /// <summary>Time spent on reading images.</summary>
    private protected TimeSpan Load { get; set; }

    /// <summary>Predicts; when it is cancelled, what is done soon is written all the same.</summary>
    /// <param name="images">The images, each with its place among all.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="problem">Told a line for each image that is damaged.</param>
    /// <param name="warning">Told a line for each image whose reader noticed something.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public abstract Task RunAsync(
        IEnumerable<(int Index, NamedImage Named)> images,
        int count,
        Action<string> problem,
        Action<string> warning,
        IProgress<WorkProgress> progress,
        CancellationToken cancellationToken);

    private protected void Count(int instances, SegmentationTimings timings)
    {
        Images++;
        Instances += instances;
        _preprocess += timings.Preprocess;
        _network += timings.Network;
        _post += timings.Postprocess;
    }

    private protected void Finish(TimeSpan total) => Seconds = new PredictSeconds(
        Load.TotalSeconds, _preprocess.TotalSeconds, _network.TotalSeconds, _post.TotalSeconds, total.TotalSeconds);
}
