namespace Panoptes.Coco.Evaluation;

/// <summary>
/// A stable sort of our own structures. The library's own sort is compiled for them again by every process, this one's code with the
/// library.
/// </summary>
internal static class MergeSort
{
    private const int Run = 16;

    /// <summary>Sorts the first items of an array in ascending order.</summary>
    /// <param name="items">The items; at least <paramref name="count"/>.</param>
    /// <param name="count">How many of them are sorted.</param>
    /// <param name="memory">Working memory; grows to <paramref name="count"/>.</param>
    public static void Sort<T>(T[] items, int count, ref T[] memory)
        where T : struct, IComparable<T>
    {
        for (int start = 0; start < count; start += Run)
        {
            SortRun(items, start, Math.Min(count, start + Run));
        }

        if (count > Run && memory.Length < count)
        {
            memory = new T[Math.Max(count, 2 * memory.Length)];
        }

        (T[] from, T[] to) = (items, memory);
        for (int length = Run; length < count; length *= 2)
        {
            for (int start = 0; start < count; start += 2 * length)
            {
                Merge(from, to, start, Math.Min(count, start + length), Math.Min(count, start + (2 * length)));
            }

            (from, to) = (to, from);
        }

        if (from != items)
        {
            Array.Copy(from, items, count);
        }
    }

    private static void SortRun<T>(T[] items, int start, int end)
        where T : struct, IComparable<T>
    {
        for (int i = start + 1; i < end; i++)
        {
            T item = items[i];
            int place = i;
            for (; place > start && item.CompareTo(items[place - 1]) < 0; place--)
            {
                items[place] = items[place - 1];
            }

            items[place] = item;
        }
    }

    private static void Merge<T>(T[] from, T[] to, int start, int middle, int end)
        where T : struct, IComparable<T>
    {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++)
        {
            // Among equals the left one comes first.
            bool takesLeft = right == end || (left < middle && from[right].CompareTo(from[left]) >= 0);
            to[i] = takesLeft ? from[left++] : from[right++];
        }
    }
}
