namespace Panoptes.Masks;

/// <summary>Walks a mask's foreground column by column; runs that continue in the next column are cut at the border.</summary>
internal ref struct ColumnRunEnumerator
{
    private readonly ReadOnlySpan<uint> _counts;
    private readonly int _height;
    private int _index;
    private int _x;
    private int _y;
    private int _left;

    /// <summary>Starts before the first stretch.</summary>
    /// <param name="counts">Run lengths, down the columns, background first.</param>
    /// <param name="height">The mask's rows.</param>
    public ColumnRunEnumerator(ReadOnlySpan<uint> counts, int height)
    {
        _counts = counts;
        _height = height;
        _index = -1;
        _x = 0;
        _y = 0;
        _left = 0;
        Current = default;
    }

    /// <summary>The current stretch.</summary>
    public ColumnRun Current { get; private set; }

    /// <summary>Lets <c>foreach</c> use the enumerator.</summary>
    public readonly ColumnRunEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next stretch; false at the end.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            _index += 2;
            if (_index >= _counts.Length)
            {
                return false;
            }

            long position = _y + (long)_counts[_index - 1];
            if (position >= _height)
            {
                _x += (int)(position / _height);
                position %= _height;
            }

            _y = (int)position;
            _left = (int)_counts[_index];
        }

        int length = Math.Min(_left, _height - _y);
        Current = new ColumnRun(_x, _y, _y + length);
        _left -= length;
        _y += length;
        if (_y == _height)
        {
            _y = 0;
            _x++;
        }

        return true;
    }
}
