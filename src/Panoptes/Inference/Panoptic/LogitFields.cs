using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>The logits of a semantic head: each class is a field that counts everywhere.</summary>
/// <param name="logits">The head's output.</param>
/// <param name="picture">Index of the picture in the batch.</param>
/// <param name="area">The whole picture.</param>
internal sealed class LogitFields(FeatureMap logits, int picture, PixelBounds area) : IFields
{
    /// <inheritdoc/>
    public int Count => logits.Channels;

    /// <inheritdoc/>
    public PixelBounds AreaOf(int field) => area;

    /// <inheritdoc/>
    public IFieldReader Open() => new Reader(logits, picture);

    private sealed class Reader(FeatureMap logits, int picture) : IFieldReader
    {
        private int _row;

        public void MoveTo(int row) => _row = row;

        public void Read(int field, int first, int end, Span<float> values) => logits
            .Plane(picture, field)
            .Slice((_row * logits.Width) + first, Math.Min(end, logits.Width) - first)
            .CopyTo(values[first..]);

        public void Dispose()
        {
        }
    }
}
