using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>Images that go through the network together, on their way from stage to stage.</summary>
/// <param name="Images">The images.</param>
/// <param name="Places">The place of each among all images of a call.</param>
internal sealed record SegmentationBatch(IReadOnlyList<Image> Images, IReadOnlyList<int> Places) : IDisposable
{
    /// <summary>The network's input, once it is prepared.</summary>
    public NetworkInput? Input { get; set; }

    /// <summary>What the network gave, once it has run.</summary>
    public NetworkOutput? Output { get; set; }

    /// <summary>The time of one image, stage by stage.</summary>
    public SegmentationTimings Timings { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input?.Dispose();
        Output?.Dispose();
    }
}
