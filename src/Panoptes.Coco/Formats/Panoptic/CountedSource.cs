using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>A panoptic dataset that counts the segments which are read of it.</summary>
/// <param name="source">The dataset.</param>
internal sealed class CountedSource(IPanopticSource source) : IPanopticSource
{
    private int _segments;

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<PanopticCategory> Categories => source.Categories;

    /// <summary>What was read until now.</summary>
    public ConversionCounts Counts => new(Count, _segments, Categories.Count);

    /// <inheritdoc/>
    public PanopticScene Read(int index)
    {
        PanopticScene scene = source.Read(index);
        Interlocked.Add(ref _segments, scene.Segments.Count);
        return scene;
    }
}
