using System.Runtime.InteropServices;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>Masks of one size as bits, one behind the other, with their classes.</summary>
internal sealed class MaskBlock(int size)
{
    private readonly int _words = ((size * size) + 63) / 64;
    private readonly List<long> _categories = [];
    private readonly List<ulong> _bits = [];

    /// <summary>The number of masks.</summary>
    public int Count => _categories.Count;

    /// <summary>The class of a mask, by its id.</summary>
    public long CategoryOf(int index) => _categories[index];

    /// <summary>The bits of a mask, row by row, the lowest bit of a word first.</summary>
    public ReadOnlySpan<ulong> Bits(int index) => CollectionsMarshal.AsSpan(_bits).Slice(index * _words, _words);

    /// <summary>Adds a mask.</summary>
    /// <param name="pixels">Its pixels, 0 or 1, row by row.</param>
    /// <param name="category">Its class.</param>
    public void Add(ReadOnlySpan<byte> pixels, long category)
    {
        int start = _bits.Count;
        CollectionsMarshal.SetCount(_bits, start + _words);
        BytePacking.Pack(pixels, CollectionsMarshal.AsSpan(_bits)[start..]);
        _categories.Add(category);
    }
}
