using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>Labels of every pixel for the panoptic losses, at the padded input's size or a stride of it.</summary>
/// <remarks>Its buffer grows to the largest batch seen and is used again: hold no span beyond the batch's life.</remarks>
internal sealed class BatchSegments
{
    /// <summary>The label of a pixel that no loss looks at: void, crowd, padding, and things that vanished in the input's size.</summary>
    public const short Ignored = -1;

    private short[] _labels = [];
    private int _images;

    internal BatchSegments()
    {
    }

    /// <summary>
    /// Input pixels for each label: 1, or 4, where the label is that of the pixel behind the cell's center (row 4 i + 2, column 4 j + 2),
    /// its nearest as PIL rounds. 0 where the batch has no labels.
    /// </summary>
    public int Stride { get; private set; }

    /// <summary>Rows: the batch's height / <see cref="Stride"/>.</summary>
    public int Height { get; private set; }

    /// <summary>Columns: the batch's width / <see cref="Stride"/>.</summary>
    public int Width { get; private set; }

    /// <summary>
    /// [N, Height, Width]: −1 ignored (void, crowd, padding); 0..S−1 a stuff class; S + k a thing, k being its index among the image's
    /// instances: it is the batch's instance <c>Images[n].FirstInstance + k</c>.
    /// </summary>
    public ReadOnlyMemory<short> Labels => _labels.AsMemory(0, _images * Height * Width);

    /// <summary>Paints the labels of a batch again.</summary>
    /// <param name="samples">Its images.</param>
    /// <param name="stride">Input pixels for each label; 0 for no labels.</param>
    /// <param name="height">The batch's height, a multiple of the stride.</param>
    /// <param name="width">The batch's width, a multiple of the stride.</param>
    internal void Fill(IReadOnlyList<TrainingSample> samples, int stride, int height, int width)
    {
        (Stride, Height, Width) = stride == 0 ? (0, 0, 0) : (stride, height / stride, width / stride);
        _images = samples.Count;
        Buffers.Grow(ref _labels, 0, _images * Height * Width);
        _labels.AsSpan(0, Labels.Length).Fill(Ignored);
        for (int n = 0; n < samples.Count && stride > 0; n++)
        {
            Span<short> labels = _labels.AsSpan(n * Height * Width, Height * Width);
            foreach (SegmentLabel segment in samples[n].Segments)
            {
                Paint(segment, samples[n].Transform, labels);
            }
        }
    }

    private void Paint(SegmentLabel segment, ImageTransform transform, Span<short> labels)
    {
        int middle = Stride / 2;
        foreach (ColumnRun run in segment.Mask.EnumerateColumnRuns())
        {
            int column = transform.Mirror ? transform.Width - 1 - run.X : run.X;
            if (column % Stride != middle)
            {
                continue;
            }

            int first = (run.Top - middle + Stride - 1) / Stride;
            int end = (run.Bottom - middle + Stride - 1) / Stride;
            for (int y = first; y < end; y++)
            {
                labels[(y * Width) + (column / Stride)] = segment.Label;
            }
        }
    }
}
