using System.Buffers;

namespace Panoptes.Masks;

/// <summary>
/// Places where a mask changes between background and foreground, in any order: each column starts as background, and a toggle
/// at row y inverts everything from y down to the column's end. Two toggles at one place cancel. Run lengths are the distances
/// between the toggles once sorted in column-major order, so they describe a mask without ever drawing it.
/// </summary>
internal sealed class ToggleList : IDisposable
{
    private uint[] _positions = ArrayPool<uint>.Shared.Rent(256);
    private int _count;
    private bool _sorted = true;

    public ToggleList(int height, int width) => Reset(height, width);

    public int Height { get; private set; }

    public int Width { get; private set; }

    /// <summary>Starts another mask in the same memory.</summary>
    public void Reset(int height, int width)
    {
        Rle.PixelCount(height, width);
        (Height, Width) = (height, width);
        (_count, _sorted) = (0, true);
    }

    /// <summary>Adds a toggle in column <paramref name="x"/> at row <paramref name="y"/>, which may be the height.</summary>
    public void Add(int x, int y)
    {
        if (_count == _positions.Length)
        {
            uint[] larger = ArrayPool<uint>.Shared.Rent(2 * _count);
            _positions.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<uint>.Shared.Return(_positions);
            _positions = larger;
        }

        uint position = ((uint)x * (uint)Height) + (uint)y;
        _sorted &= _count == 0 || position >= _positions[_count - 1];
        _positions[_count++] = position;
    }

    /// <summary>The mask that the toggles describe; every column must hold an even number of them.</summary>
    public Rle ToRle()
    {
        ReadOnlySpan<uint> counts = ToCounts(out _);
        return Rle.Build(Height, Width, counts, Rle.AreaOf(counts));
    }

    /// <summary>
    /// The mask's run lengths, background first, up to its last foreground; they take the toggles' place. Every column must hold an
    /// even number of toggles.
    /// </summary>
    /// <param name="rest">The background that follows.</param>
    public ReadOnlySpan<uint> ToCounts(out uint rest)
    {
        Span<uint> positions = _positions.AsSpan(0, _count);
        if (!_sorted)
        {
            positions.Sort();
        }

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

        rest = (uint)Rle.PixelCount(Height, Width) - previous;
        return positions[..kept];
    }

    public void Dispose() => ArrayPool<uint>.Shared.Return(_positions);
}
