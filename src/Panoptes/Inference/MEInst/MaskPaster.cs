using Panoptes.Masks;

namespace Panoptes.Inference.MEInst;

/// <summary>
/// Pastes small square masks into their boxes, straight into run lengths of the picture's size: the picture's pixel centres are looked up in the mask,
/// bilinearly and with zeros around it (detectron2's paste_masks_in_image, which is grid_sample with align_corners false), and those that reach the
/// threshold are foreground. Between two rows of the mask the value is linear, so the pixels at which it crosses the threshold are found by a
/// division: a column of the picture costs as much as the mask has rows, and no picture of values ever exists.
/// </summary>
/// <remarks>For one thread; each thread has its own.</remarks>
internal sealed class MaskPaster
{
    private readonly int _size;
    private readonly float _threshold;
    private readonly float[] _columns; // the mask column by column, with a column of zeros on both sides
    private readonly float[] _profile; // one picture column's values at the mask's rows, with a zero on both sides
    private readonly RleBuilder _runs = new(0, 0);

    /// <param name="size">The side of the masks.</param>
    /// <param name="threshold">The value from which a pixel is foreground.</param>
    public MaskPaster(int size, float threshold)
    {
        (_size, _threshold) = (size, threshold);
        _columns = new float[(size + 2) * size];
        _profile = new float[size + 2];
    }

    /// <summary>Pastes a mask.</summary>
    /// <param name="mask">Size² values, row by row.</param>
    /// <param name="box">The box in pixels of the picture, inside of it.</param>
    /// <param name="height">The picture's rows.</param>
    /// <param name="width">The picture's columns.</param>
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
        int end = Math.Min(width, (int)Math.Ceiling(box.X2));
        for (int x = Math.Max(0, (int)Math.Floor(box.X1)); x < end; x++)
        {
            if (Interpolate(columns.At(x)))
            {
                WriteColumn(x, rows, height);
            }
        }

        return _runs.ToRle();
    }

    private void Transpose(ReadOnlySpan<float> mask)
    {
        for (int x = 0; x < _size; x++)
        {
            Span<float> column = _columns.AsSpan((x + 1) * _size, _size);
            for (int y = 0; y < column.Length; y++)
            {
                column[y] = mask[(y * _size) + x];
            }
        }
    }

    /// <summary>The values at the mask's rows for one place between its columns; false where none reaches the threshold.</summary>
    private bool Interpolate(float place)
    {
        int left = (int)MathF.Floor(place);
        if (left < -1 || left >= _size)
        {
            return false;
        }

        float weight = place - left;
        ReadOnlySpan<float> a = _columns.AsSpan((left + 1) * _size, _size);
        ReadOnlySpan<float> b = _columns.AsSpan((left + 2) * _size, _size);
        float highest = 0;
        for (int y = 0; y < a.Length; y++)
        {
            float value = (a[y] * (1 - weight)) + (b[y] * weight);
            _profile[y + 1] = value;
            highest = Math.Max(highest, value);
        }

        return highest >= _threshold;
    }

    /// <summary>Writes the runs of one column: those of the pixels between two rows of the mask at a time.</summary>
    private void WriteColumn(int x, Axis rows, int height)
    {
        int y = Math.Max(0, rows.FirstFrom(-1));
        int top = -1; // where the current run began
        for (int row = -1; row < _size && y < height; row++)
        {
            int end = Math.Clamp(rows.FirstFrom(row + 1), y, height);
            float a = _profile[row + 1];
            float b = _profile[row + 2];
            bool above = a >= _threshold;
            if (above == b >= _threshold)
            {
                Turn(above, y);
            }
            else if (y < end)
            {
                // The value crosses the threshold once; the division may be off by one pixel, so its neighbours are asked.
                int crossing = Math.Clamp(rows.FirstFrom(row + ((_threshold - a) / (b - a))), y, end);
                while (crossing > y && IsAbove(crossing - 1) != above)
                {
                    crossing--;
                }

                while (crossing < end && IsAbove(crossing) == above)
                {
                    crossing++;
                }

                if (crossing > y)
                {
                    Turn(above, y);
                }

                if (crossing < end)
                {
                    Turn(!above, crossing);
                }
            }

            y = end;

            bool IsAbove(int pixel)
            {
                float weight = rows.At(pixel) - row;
                return (a * (1 - weight)) + (b * weight) >= _threshold;
            }
        }

        Turn(false, y);

        void Turn(bool above, int at)
        {
            if (above && top < 0)
            {
                top = at;
            }
            else if (!above && top >= 0)
            {
                _runs.AppendRun(x, top, at);
                top = -1;
            }
        }
    }

    /// <summary>Where the picture's pixels lie in a mask: <c>(pixel + 0.5 − start) / length · size − 0.5</c>.</summary>
    private readonly struct Axis(double start, double length, int size)
    {
        private readonly double _offset = ((0.5 - start) / length * size) - 0.5;
        private readonly double _step = size / length;

        /// <summary>The place of a pixel's centre.</summary>
        public float At(int pixel) => (float)(_offset + (pixel * _step));

        /// <summary>The first pixel whose centre lies at a place or behind it.</summary>
        public int FirstFrom(double place) => (int)Math.Clamp(Math.Ceiling((place - _offset) / _step), int.MinValue / 2, int.MaxValue / 2);
    }
}
