using Panoptes.Training.Data;

namespace Panoptes.Training.Models;

/// <summary>What every pixel of a batch belongs to, as the panoptic losses read it.</summary>
/// <param name="Stride">Input pixels for each label, 1 or 4.</param>
/// <param name="Height">Rows of labels.</param>
/// <param name="Width">Columns of labels.</param>
/// <param name="Values">
/// [N, Height, Width]: −1 ignored; 0..S−1 a stuff class; S + k the image's instance k (<see cref="BatchSegments.Labels"/>).
/// </param>
internal readonly record struct PixelLabels(int Stride, int Height, int Width, ReadOnlyMemory<short> Values)
{
    /// <summary>The stride of embeddings and semantic logits.</summary>
    public const int MapStride = 4;

    /// <summary>The labels of a batch.</summary>
    /// <exception cref="InvalidOperationException">The batch was made without labels.</exception>
    public static PixelLabels Of(Batch batch) => batch.Segments.Stride > 0
        ? new PixelLabels(batch.Segments.Stride, batch.Segments.Height, batch.Segments.Width, batch.Segments.Labels)
        : throw new InvalidOperationException("the batch has no labels of pixels: its loader was made without a segment stride");

    /// <summary>How many pixels have a label.</summary>
    public int LabeledCount => Values.Length - Values.Span.Count((short)-1);

    /// <summary>The labels of one image, row by row.</summary>
    public ReadOnlyMemory<short> Image(int image) => Values.Slice(image * Height * Width, Height * Width);

    /// <summary>The label at an input pixel, which is that of its cell where the stride is 4; −1 outside.</summary>
    /// <param name="image">The image's position in the batch.</param>
    /// <param name="x">Column in the padded input; any number.</param>
    /// <param name="y">Row in the padded input; any number.</param>
    public int At(int image, int x, int y) => (uint)x < (uint)(Width * Stride) && (uint)y < (uint)(Height * Stride)
        ? Values.Span[(((image * Height) + (y / Stride)) * Width) + (x / Stride)]
        : -1;

    /// <summary>The labels at a quarter of the input's size: each the label of the pixel behind a cell's center.</summary>
    public PixelLabels AtMapStride()
    {
        int factor = MapStride / Stride;
        if (factor == 1)
        {
            return this;
        }

        (int height, int width) = (Height / factor, Width / factor);
        short[] labels = new short[Values.Length / (factor * factor)];
        for (int i = 0; i < labels.Length; i++)
        {
            // Rows of all images follow each other, and each has a multiple of the factor of them.
            (int row, int column) = Math.DivRem(i, width);
            labels[i] = Values.Span[(((row * factor) + (factor / 2)) * Width) + (column * factor) + (factor / 2)];
        }

        return new PixelLabels(MapStride, height, width, labels);
    }
}
