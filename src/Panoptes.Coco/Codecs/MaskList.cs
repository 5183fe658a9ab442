namespace Panoptes.Coco.Codecs;

/// <summary>Some of a set's masks, or all: their bits stay where they are.</summary>
internal sealed class MaskList
{
    private readonly List<(MaskBlock Block, int Index)> _masks = [];

    /// <summary>The number of masks.</summary>
    public int Count => _masks.Count;

    /// <summary>A mask's bits, row by row.</summary>
    public ReadOnlySpan<ulong> this[int index] => _masks[index].Block.Bits(_masks[index].Index);

    /// <summary>All masks of a set.</summary>
    public static MaskList All(MaskSet masks)
    {
        MaskList list = new();
        foreach (MaskBlock block in masks.Blocks)
        {
            list._masks.AddRange(Enumerable.Range(0, block.Count).Select(i => (block, i)));
        }

        return list;
    }

    /// <summary>The masks of each class, by its id; a class without any is not there.</summary>
    public static Dictionary<long, MaskList> ByClass(MaskSet masks)
    {
        Dictionary<long, MaskList> lists = [];
        foreach (MaskBlock block in masks.Blocks)
        {
            for (int i = 0; i < block.Count; i++)
            {
                long category = block.CategoryOf(i);
                if (!lists.TryGetValue(category, out MaskList? list))
                {
                    lists[category] = list = new MaskList();
                }

                list._masks.Add((block, i));
            }
        }

        return lists;
    }
}
