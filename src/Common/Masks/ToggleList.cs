using System.Buffers;

namespace Panoptes.Masks;

/// <summary>
/// Places where a mask changes between background and foreground, in any order: each column starts as background, and a toggle
/// at row y inverts everything from y down to the column's end. Two toggles at one place cancel. Run lengths are the distances
/// between the toggles once sorted in column-major order, so they describe a mask without ever drawing it.
/// </summary>
internal sealed class ToggleList : IDisposable
{
    private const int FirstLength = 256;

    private uint[] _positions = ArrayPool<uint>.Shared.Rent(FirstLength);
    private int[] _columns = ArrayPool<int>.Shared.Rent(FirstLength);
    private int _count;
    private bool _sorted = true;

    /// <summary>Starts a mask.</summary>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    public ToggleList(int height, int width) => Reset(height, width);

    /// <summary>Rows of the mask.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; private set; }

    /// <summary>
    /// The most runs that a polygon may make, its edges times the columns that each crosses (default <see cref="InputLimits.MaxRuns"/>).
    /// </summary>
    public int MaxRuns { get; init; } = InputLimits.Default.MaxRuns;

    /// <summary>Starts another mask in the same memory.</summary>
    public void Reset(int height, int width)
    {
        RunLengths.PixelCount(height, width);
        (Height, Width) = (height, width);
        (_count, _sorted) = (0, true);
    }

    /// <summary>Makes sure that this many more toggles are within <see cref="MaxRuns"/>.</summary>
    /// <exception cref="InputException">They are not.</exception>
    internal void Require(int more)
    {
        if (more > MaxRuns - _count)
        {
            throw InputException.InContent(
                null,
                $"A polygon crosses the columns of its {Width}x{Height} image more than {MaxRuns} times. "
                + $"{nameof(InputLimits)}.{nameof(InputLimits.MaxRuns)} is the limit.",
                InputErrorKind.TooLarge);
        }
    }

    /// <summary>Adds a toggle in column <paramref name="x"/> at row <paramref name="y"/>, which may be the height.</summary>
    public void Add(int x, int y)
    {
        if (_count == Math.Min(_positions.Length, _columns.Length))
        {
            Grow(ref _positions);
            Grow(ref _columns);
        }

        uint position = ((uint)x * (uint)Height) + (uint)y;
        _sorted &= _count == 0 || position >= _positions[_count - 1];
        _columns[_count] = x;
        _positions[_count++] = position;
    }

    /// <summary>
    /// The mask's run lengths, background first, up to its last foreground; they take the toggles' place. Every column must hold an
    /// even number of toggles.
    /// </summary>
    /// <param name="rest">The background that follows.</param>
    public ReadOnlySpan<uint> ToCounts(out uint rest)
    {
        if (!_sorted)
        {
            Sort();
        }

        Span<uint> positions = _positions.AsSpan(0, _count);

        // Cancel pairs, then turn positions into lengths in place: the write index never overtakes the read index.
        int kept = 0;
        foreach (uint position in positions)
        {
            if (kept > 0 && positions[kept - 1] == position)
            {
                kept--;
            }
            else
            {
                positions[kept++] = position;
            }
        }

        uint previous = 0;
        foreach (ref uint position in positions[..kept])
        {
            (position, previous) = (position - previous, position);
        }

        rest = (uint)RunLengths.PixelCount(Height, Width) - previous;
        return positions[..kept];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // An array that is returned twice would be rented by two.
        ArrayPool<uint>.Shared.Return(Interlocked.Exchange(ref _positions, []));
        ArrayPool<int>.Shared.Return(Interlocked.Exchange(ref _columns, []));
        _count = 0;
    }

    private void Grow<T>(ref T[] array)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(2 * _count);
        array.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>
    /// A counting sort by columns, and then one within each, which mostly has very few toggles: for outlines faster than one sort.
    /// </summary>
    private void Sort()
    {
        ReadOnlySpan<int> columns = _columns.AsSpan(0, _count);
        int first = columns[0];
        int last = columns[0];
        foreach (int column in columns)
        {
            first = Math.Min(first, column);
            last = Math.Max(last, column);
        }

        int width = last - first + 1;
        uint[] byColumn = ArrayPool<uint>.Shared.Rent(_count);
        int[] ends = ArrayPool<int>.Shared.Rent(width + 1);
        ends.AsSpan(0, width + 1).Clear();
        foreach (int column in columns)
        {
            ends[column - first + 1]++;
        }

        for (int i = 0; i < width; i++)
        {
            ends[i + 1] += ends[i];
        }

        for (int i = 0; i < columns.Length; i++)
        {
            byColumn[ends[columns[i] - first]++] = _positions[i]; // what was a column's first place becomes the place after its last
        }

        int start = 0;
        foreach (int end in ends.AsSpan(0, width))
        {
            SortColumn(byColumn.AsSpan(start..end));
            start = end;
        }

        byColumn.AsSpan(0, _count).CopyTo(_positions);
        ArrayPool<uint>.Shared.Return(byColumn);
        ArrayPool<int>.Shared.Return(ends);
    }

    private static void SortColumn(Span<uint> positions)
    {
        if (positions.Length > 16)
        {
            positions.Sort();
            return;
        }

        for (int i = 1; i < positions.Length; i++)
        {
            uint position = positions[i];
            int to = i;
            for (; to > 0 && positions[to - 1] > position; to--)
            {
                positions[to] = positions[to - 1];
            }

            positions[to] = position;
        }
    }
}
