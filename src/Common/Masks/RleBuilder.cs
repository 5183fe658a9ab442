namespace Panoptes.Masks;

/// <summary>
/// Builds a mask from vertical stretches of foreground in column-major order, for decoders that go column by column and never
/// hold a mask of full size.
/// </summary>
/// <remarks>A builder can be used again once its mask is taken; it is not safe for several threads.</remarks>
internal sealed class RleBuilder
{
    private uint[] _counts = new uint[64];
    private int _length;
    private long _end;
    private long _area;

    /// <summary>Starts an empty mask.</summary>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    public RleBuilder(int height, int width)
    {
        Clear(height, width);
    }

    /// <summary>Rows of the mask.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; private set; }

    /// <summary>Foreground pixels so far.</summary>
    public long Area => _area;

    /// <summary>The run lengths so far, background first, up to the last foreground.</summary>
    public ReadOnlySpan<uint> Counts => _counts.AsSpan(0, _length);

    /// <summary>Adds foreground in column <paramref name="x"/>, rows <paramref name="top"/> to <paramref name="bottom"/> − 1.</summary>
    /// <param name="x">The column, in [0, Width).</param>
    /// <param name="top">The first row, in [0, Height].</param>
    /// <param name="bottom">The row after the last; nothing is added when it is not larger than <paramref name="top"/>.</param>
    /// <exception cref="ArgumentException">The stretch lies outside of the mask or before one already added.</exception>
    public void AppendRun(int x, int top, int bottom)
    {
        if (bottom <= top)
        {
            return;
        }

        if ((uint)x >= (uint)Width || top < 0 || bottom > Height)
        {
            throw new ArgumentException($"Rows {top} to {bottom} of column {x} do not lie in a mask of {Height}x{Width} (rows x columns).");
        }

        long start = ((long)x * Height) + top;
        Append(start, bottom - top);
    }

    /// <summary>Adds the foreground of one column from bytes; any value but 0 is foreground.</summary>
    /// <param name="x">The column, in [0, Width).</param>
    /// <param name="top">The row of the first byte.</param>
    /// <param name="values">One byte for each row from <paramref name="top"/> down; what is not covered is background.</param>
    /// <exception cref="ArgumentException">The rows lie outside of the mask or before what was already added.</exception>
    public void AppendColumn(int x, int top, ReadOnlySpan<byte> values)
    {
        int row = 0;
        while (true)
        {
            int zeros = values[row..].IndexOfAnyExcept((byte)0);
            if (zeros < 0)
            {
                return;
            }

            row += zeros;
            int ones = values[row..].IndexOf((byte)0);
            ones = ones < 0 ? values.Length - row : ones;
            AppendRun(x, top + row, top + row + ones);
            row += ones;
        }
    }

    /// <summary>Adds foreground by its place in column-major order.</summary>
    /// <param name="start">The first pixel: <c>column * Height + row</c>.</param>
    /// <param name="length">Number of pixels; the run may go over the ends of columns.</param>
    /// <exception cref="ArgumentException">The run lies outside of the mask or before one already added.</exception>
    public void Append(long start, long length)
    {
        if (length <= 0)
        {
            return;
        }

        if (start < _end || start + length > (long)Height * Width)
        {
            throw new ArgumentException(
                $"A run of {length} pixels at {start} does not follow the last one, which ends at {_end}, within {Height}x{Width} pixels.");
        }

        if (start == _end && _length > 0)
        {
            _counts[_length - 1] += (uint)length;
        }
        else
        {
            if (_length + 2 > _counts.Length)
            {
                Array.Resize(ref _counts, 2 * _counts.Length);
            }

            _counts[_length++] = (uint)(start - _end);
            _counts[_length++] = (uint)length;
        }

        _end = start + length;
        _area += length;
    }

    /// <summary>Completes the mask with background, adds it to a buffer, and makes the builder empty again.</summary>
    public void MoveTo(RunBuffer target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Add(Counts, (uint)(((long)Height * Width) - _end));
        Clear(Height, Width);
    }

    /// <summary>Starts an empty mask of another size.</summary>
    public void Clear(int height, int width)
    {
        RunLengths.PixelCount(height, width);
        (Height, Width) = (height, width);
        (_length, _end, _area) = (0, 0, 0);
    }
}
