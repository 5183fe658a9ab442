using System.Runtime.InteropServices;
using Panoptes.Masks;

namespace Panoptes.Imaging;

/// <summary>Takes a map of labels apart into a mask for each label.</summary>
internal static class LabelMasks
{
    private const int Strip = 64; // columns gone down together: rows lie one behind the other in memory, run lengths go by columns

    /// <summary>The masks of all labels but 0, by ascending label.</summary>
    /// <exception cref="InputException">There are more than <see cref="InputLimits.MaxElements"/>.</exception>
    public static SortedDictionary<int, Rle> Split(LabelMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Dictionary<int, RleBuilder> builders = [];
        int[] columns = new int[Strip * map.Height];
        for (int x = 0; x < map.Width; x++)
        {
            if (x % Strip == 0)
            {
                Transpose(map, x, columns);
            }

            AppendColumn(x, columns.AsSpan(x % Strip * map.Height, map.Height), map.Width, builders);
        }

        return new SortedDictionary<int, Rle>(builders.ToDictionary(b => b.Key, b => b.Value.ToRle()));
    }

    /// <summary>The number of pixels of each label, 0 included.</summary>
    public static Dictionary<int, long> Count(LabelMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Dictionary<int, long> counts = [];
        ReadOnlySpan<int> labels = map.Labels;
        for (int start = 0; start < labels.Length;)
        {
            int end = EndOfRun(labels, start);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, labels[start], out _) += end - start;
            start = end;
        }

        return counts;
    }

    /// <summary>Where the run of equal labels ends that begins at a place.</summary>
    public static int EndOfRun(ReadOnlySpan<int> labels, int start)
    {
        int length = labels[start..].IndexOfAnyExcept(labels[start]);
        return length < 0 ? labels.Length : start + length;
    }

    private static void AppendColumn(int x, ReadOnlySpan<int> column, int width, Dictionary<int, RleBuilder> builders)
    {
        for (int top = 0; top < column.Length;)
        {
            int bottom = EndOfRun(column, top);
            if (column[top] != 0)
            {
                ref RleBuilder? builder = ref CollectionsMarshal.GetValueRefOrAddDefault(builders, column[top], out _);
                builder ??= builders.Count <= InputLimits.Default.MaxElements
                    ? new RleBuilder(column.Length, width)
                    : throw InputException.InContent(
                        null, $"A label map has more than {InputLimits.Default.MaxElements} labels.", InputErrorKind.TooLarge);
                builder.AppendRun(x, top, bottom);
            }

            top = bottom;
        }
    }

    private static void Transpose(LabelMap map, int first, int[] columns)
    {
        int count = Math.Min(Strip, map.Width - first);
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<int> row = map.Row(y).Slice(first, count);
            for (int x = 0; x < row.Length; x++)
            {
                columns[(x * map.Height) + y] = row[x];
            }
        }
    }
}
