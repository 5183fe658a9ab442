namespace Panoptes.Inference;

/// <summary>Partial sorting.</summary>
internal static class SmallestFirst
{
    /// <summary>
    /// Moves the <paramref name="count"/> smallest keys to the front, sorted, and returns them. The keys differ from each other, so
    /// the result does not depend on the order they come in.
    /// </summary>
    public static Span<ulong> Take(Span<ulong> keys, int count)
    {
        if (count < keys.Length)
        {
            Partition(keys, count);
            keys = keys[..count];
        }

        keys.Sort();
        return keys;
    }

    /// <summary>Hoare's selection: afterwards no key of the first <paramref name="count"/> is larger than one behind them.</summary>
    private static void Partition(Span<ulong> keys, int count)
    {
        // A selection halves the range on average; one that goes wrong this often ends in a sort, so the worst case stays n log n.
        for (int rounds = 2 * (32 - int.LeadingZeroCount(keys.Length)); keys.Length > 64 && count > 0 && count < keys.Length; rounds--)
        {
            if (rounds == 0)
            {
                break;
            }

            ulong pivot = MedianOfThree(keys[0], keys[keys.Length / 2], keys[^1]);
            int left = 0;
            int right = keys.Length - 1;
            while (left <= right)
            {
                while (keys[left] < pivot)
                {
                    left++;
                }

                while (keys[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (keys[left], keys[right]) = (keys[right], keys[left]);
                    left++;
                    right--;
                }
            }

            // keys[..right+1] <= pivot, keys[left..] >= pivot, at most one key between them.
            if (count <= right + 1)
            {
                keys = keys[..(right + 1)];
            }
            else if (count >= left)
            {
                keys = keys[left..];
                count -= left;
            }
            else
            {
                return;
            }
        }

        if (count > 0 && count < keys.Length)
        {
            keys.Sort();
        }
    }

    private static ulong MedianOfThree(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
