using System.Buffers;

namespace Panoptes.Masks;

/// <summary>
/// Places where a mask changes between background and foreground, in any order: each column starts as background, and a toggle
/// at row y inverts everything from y down to the column's end. Two toggles at one place cancel. Run lengths are the distances
/// between the toggles once sorted in column-major order, so they describe a mask without ever drawing it.
/// </summary>
internal sealed class ToggleList : IDisposable
{
    private readonly int _height;
    private readonly int _width;
    private uint[] _positions = ArrayPool<uint>.Shared.Rent(256);
    private int _count;
    private bool _sorted = true;

    public ToggleList(int height, int width)
    {
        Rle.PixelCount(height, width);
        _height = height;
        _width = width;
    }

    public int Height => _height;

    public int Width => _width;

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

        uint position = ((uint)x * (uint)_height) + (uint)y;
        _sorted &= _count == 0 || position >= _positions[_count - 1];
        _positions[_count++] = position;
    }

    /// <summary>The mask that the toggles describe; every column must hold an even number of them.</summary>
    public Rle ToRle()
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

        long area = 0;
        uint previous = 0;
        for (int i = 0; i < kept; i++)
        {
            uint position = positions[i];
            positions[i] = position - previous;
            area += (i & 1) != 0 ? positions[i] : 0;
            previous = position;
        }

        return Rle.Build(_height, _width, positions[..kept], area);
    }

    public void Dispose() => ArrayPool<uint>.Shared.Return(_positions);
}
