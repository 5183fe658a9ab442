using Panoptes.Coco.Codecs;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>
/// The masks of a batch's instances, each drawn in its box as a small square. They are drawn once for each
/// instance, however many locations learn from it.
/// </summary>
/// <remarks>Its buffer grows to the largest batch seen and is used again: hold no span beyond the batch's life.</remarks>
internal sealed class BoxMasks
{
    private byte[] _values = [];

    internal BoxMasks()
    {
    }

    /// <summary>The side of the squares; 0 where the batch has none.</summary>
    public int Size { get; private set; }

    /// <summary>Number of instances; 0 where the batch has no squares.</summary>
    public int Count { get; private set; }

    /// <summary>All squares, 0 or 1: [K, Size²], each row by row.</summary>
    public ReadOnlyMemory<byte> Values => _values.AsMemory(0, Count * Size * Size);

    /// <summary>One instance's square.</summary>
    /// <param name="instance">The instance's position in the batch.</param>
    public ReadOnlySpan<byte> this[int instance] => Values.Span.Slice(instance * Size * Size, Size * Size);

    /// <summary>Draws the squares of a batch again.</summary>
    /// <param name="samples">Its images.</param>
    /// <param name="size">The side of the squares; 0 for none.</param>
    internal void Fill(IReadOnlyList<TrainingSample> samples, int size)
    {
        (Size, Count) = (size, 0);
        if (size == 0)
        {
            return;
        }

        Buffers.Grow(ref _values, 0, samples.Sum(sample => sample.Boxes.Count) * size * size);
        using BoxMask square = new(size);
        foreach (TrainingSample sample in samples)
        {
            for (int i = 0; i < sample.Boxes.Count; i++)
            {
                Draw(square, sample, i, _values.AsSpan(Count++ * size * size, size * size));
            }
        }
    }

    /// <summary>
    /// Polygons are drawn at the square's size, as the codec's fit does; masks of pixels are looked at where the network sees them.
    /// </summary>
    private static void Draw(BoxMask square, TrainingSample sample, int index, Span<byte> pixels)
    {
        Box box = sample.Boxes[index];
        if (sample.Outlines[index] is { } polygons)
        {
            square.Begin();
            foreach (IReadOnlyList<double> polygon in polygons)
            {
                square.Add(sample.Transform.Apply(polygon), box);
            }

            square.Finish(pixels);
        }
        else
        {
            Rle mask = sample.Masks[index];
            square.Draw(mask.Counts, mask.Height, box, pixels);
        }
    }
}
