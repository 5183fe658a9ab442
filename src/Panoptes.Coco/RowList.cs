using System.Collections;

namespace Panoptes.Coco;

/// <summary>
/// A growing array of structures. <see cref="List{T}"/> does the same, but its code for structures of ours is compiled again by every
/// process, this one's with the library: commands that take half a second feel it.
/// </summary>
internal sealed class RowList<T> : IEnumerable<T>
    where T : struct
{
    private const int FewestPlaces = 16;

    private T[] _items = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, in place.</summary>
    public ref T this[int index] => ref _items[index];

    /// <summary>Adds one at the end.</summary>
    public void Add(in T item)
    {
        if (Count == _items.Length)
        {
            Reserve(Math.Max(FewestPlaces, 2 * Count));
        }

        _items[Count++] = item;
    }

    /// <summary>Makes room for as many as will be there.</summary>
    public void Reserve(int count)
    {
        if (count > _items.Length)
        {
            T[] larger = new T[count];
            Array.Copy(_items, larger, Count);
            _items = larger;
        }
    }

    /// <summary>Forgets all, but keeps the room.</summary>
    public void Clear() => Count = 0;

    /// <summary>A copy of all.</summary>
    public T[] ToArray()
    {
        T[] items = new T[Count];
        Array.Copy(_items, items, Count);
        return items;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _items[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
