using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>The logits of a semantic head: each class is a field that counts everywhere.</summary>
/// <param name="logits">The head's output.</param>
/// <param name="image">Index of the image in the batch.</param>
/// <param name="area">The whole image.</param>
internal sealed class LogitFields(FeatureMap logits, int image, PixelBounds area) : IFields
{
    /// <inheritdoc/>
    public int Count => logits.Channels;

    /// <inheritdoc/>
    public PixelBounds AreaOf(int field) => area;

    /// <inheritdoc/>
    public IFieldReader Open() => new Reader(logits, image);

    private sealed class Reader(FeatureMap logits, int image) : IFieldReader
    {
        private int _row;

        public void MoveTo(int row) => _row = row;

        public void Read(int field, int first, int end, Span<float> values) => logits
            .Plane(image, field)
            .Slice((_row * logits.Width) + first, Math.Min(end, logits.Width) - first)
            .CopyTo(values[first..]);

        public void Dispose()
        {
        }
    }
}
