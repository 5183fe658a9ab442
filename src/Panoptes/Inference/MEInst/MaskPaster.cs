using System.Numerics;
using System.Runtime.Intrinsics;
using Panoptes.Masks;

namespace Panoptes.Inference.MEInst;

/// <summary>
/// Pastes small square masks into their boxes, straight into run lengths of the image's size: the image's pixel centers are looked up
/// in the mask, bilinearly and with zeros around it (detectron2's paste_masks_in_image, which is grid_sample with align_corners false), and
/// those that reach the threshold are foreground. Between two rows of the mask the value is linear, so the pixel at which it crosses the
/// threshold is found by a division, and no image of values ever exists: a column of the image costs a few vector operations and one
/// division for each crossing.
/// </summary>
/// <remarks>For one thread; each thread has its own.</remarks>
internal sealed class MaskPaster
{
    private static readonly int s_lanes = Vector256<float>.Count;

    private readonly int _size;
    private readonly int _stride; // of a column: the mask's rows, and zeros up to whole vectors; at least one
    private readonly float _threshold;
    private readonly float[] _columns; // the mask column by column, with a column of zeros on both sides
    private readonly float[] _profile; // one image column's values at the mask's rows, with a zero on both sides
    private readonly int[] _starts; // for each row of the mask, from the zero above it on, the first pixel that lies there or below
    private readonly RleBuilder _runs = new(0, 0);

    /// <param name="size">The side of the masks.</param>
    /// <param name="threshold">The value from which a pixel is foreground; above 0.</param>
    public MaskPaster(int size, float threshold)
    {
        (_size, _threshold) = (size, threshold);
        _stride = ((size / s_lanes) + 1) * s_lanes;
        _columns = new float[(size + 2) * _stride];
        _profile = new float[_stride + 1];
        _starts = new int[size + 2];
    }

    /// <summary>Pastes a mask.</summary>
    /// <param name="mask">Size² values, row by row.</param>
    /// <param name="box">The box in pixels of the image, inside of it.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    public Rle Paste(ReadOnlySpan<float> mask, Box box, int height, int width)
    {
        _runs.Clear(height, width);
        if (box.IsEmpty)
        {
            return _runs.ToRle();
        }

        Transpose(mask);
        Axis rows = new(box.Y1, box.Height, _size);
        Axis columns = new(box.X1, box.Width, _size);
        for (int i = 0; i < _starts.Length; i++)
        {
            _starts[i] = Math.Clamp(rows.FirstFrom(i - 1), 0, height);
        }

        int end = Math.Min(width, (int)Math.Ceiling(box.X2));
        for (int x = Math.Max(0, (int)Math.Floor(box.X1)); x < end; x++)
        {
            WriteColumn(x, columns.At(x), rows);
        }

        return _runs.ToRle();
    }

    private void Transpose(ReadOnlySpan<float> mask)
    {
        for (int x = 0; x < _size; x++)
        {
            Span<float> column = _columns.AsSpan((x + 1) * _stride, _size);
            for (int y = 0; y < column.Length; y++)
            {
                column[y] = mask[(y * _size) + x];
            }
        }
    }

    /// <summary>Writes the runs of one column of the image, which lies at a place between two columns of the mask.</summary>
    private void WriteColumn(int x, float place, in Axis rows)
    {
        int left = (int)MathF.Floor(place);
        if (left < -1 || left >= _size)
        {
            return;
        }

        float weight = place - left;
        ReadOnlySpan<float> a = _columns.AsSpan((left + 1) * _stride, _stride);
        ReadOnlySpan<float> b = _columns.AsSpan((left + 2) * _stride, _stride);
        int top = 0; // where the current run began
        uint above = 0; // a bit for each row of a vector: the last one's are looked at
        for (int row = 0; row < _stride; row += s_lanes)
        {
            Vector256<float> values = (Vector256.Create(a[row..]) * (1 - weight)) + (Vector256.Create(b[row..]) * weight);
            values.CopyTo(_profile, row + 1);
            uint before = above >> (s_lanes - 1);
            above = Vector256.GreaterThanOrEqual(values, Vector256.Create(_threshold)).ExtractMostSignificantBits();

            // The rows that are on another side of the threshold than the one above them: begins and ends of runs in turn.
            uint turns = (above ^ ((above << 1) | before)) & ((1u << s_lanes) - 1);
            for (; turns != 0; turns &= turns - 1)
            {
                int bit = BitOperations.TrailingZeroCount(turns);
                int crossing = Crossing(row + bit - 1, rows);
                if ((above >> bit & 1) != 0)
                {
                    top = crossing;
                }
                else
                {
                    _runs.AppendRun(x, top, crossing);
                }
            }
        }
    }

    /// <summary>
    /// The first pixel that is on the other side of the threshold than a row of the mask, and on that of the next. The division may be off
    /// by one pixel, so its neighbors are asked.
    /// </summary>
    private int Crossing(int row, in Axis rows)
    {
        float a = _profile[row + 1];
        float b = _profile[row + 2];
        (int first, int end) = (_starts[row + 1], _starts[row + 2]);
        bool side = b >= _threshold;
        int crossing = Math.Clamp(rows.FirstFrom(row + ((_threshold - a) / (b - a))), first, end);
        while (crossing > first && IsAbove(crossing - 1, row, a, b, rows) == side)
        {
            crossing--;
        }

        while (crossing < end && IsAbove(crossing, row, a, b, rows) != side)
        {
            crossing++;
        }

        return crossing;
    }

    private bool IsAbove(int pixel, int row, float a, float b, in Axis rows)
    {
        float weight = rows.At(pixel) - row;
        return (a * (1 - weight)) + (b * weight) >= _threshold;
    }

    /// <summary>Where the image's pixels lie in a mask: <c>(pixel + 0.5 − start) / length · size − 0.5</c>.</summary>
    private readonly struct Axis(double start, double length, int size)
    {
        private readonly double _offset = ((0.5 - start) / length * size) - 0.5;
        private readonly double _step = size / length;

        /// <summary>The place of a pixel's center.</summary>
        public float At(int pixel) => (float)(_offset + (pixel * _step));

        /// <summary>The first pixel whose center lies at a place or behind it.</summary>
        public int FirstFrom(double place) => (int)Math.Clamp(Math.Ceiling((place - _offset) / _step), int.MinValue / 2, int.MaxValue / 2);
    }
}
