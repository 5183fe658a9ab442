using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>The masks of many objects, each drawn in its box as a small square of bits: 104 bytes for one of 28x28.</summary>
public sealed class MaskSet
{
    private readonly List<MaskBlock> _blocks;

    private MaskSet(int size, List<MaskBlock> blocks, IReadOnlyList<CocoCategory> categories)
    {
        Size = size;
        Categories = categories;
        _blocks = [.. blocks.Where(block => block.Count > 0)];
        Count = _blocks.Sum(block => block.Count);
    }

    /// <summary>The side of the squares, in pixels.</summary>
    public int Size { get; }

    /// <summary>The number of masks: one for each object that is not a crowd and has a mask.</summary>
    public int Count { get; }

    /// <summary>The classes of the dataset, by ascending id.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>The masks, as they were read.</summary>
    internal IReadOnlyList<MaskBlock> Blocks => _blocks;

    /// <summary>Draws the masks of an instance JSON, in one pass over the file with all cores; nothing but the squares is kept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">The side of the squares, 2 to 128.</param>
    /// <param name="limits">How large images may be that the file declares; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static MaskSet Load(string path, int size = 28, InputLimits? limits = null)
    {
        new MaskCodecOptions { Size = size, Dimension = 1 }.Validate();
        List<(MaskBlock Masks, List<CocoCategory> Categories)> parts = InstanceReader.Read(
            path, masks: true, block => (Draw(size, block.Annotations), block.Categories), limits: limits);
        CocoCategory[] categories = [.. parts.SelectMany(part => part.Categories).OrderBy(c => c.Id)];
        return new MaskSet(size, [.. parts.Select(part => part.Masks)], categories);
    }

    /// <summary>Draws the masks of a dataset in memory.</summary>
    /// <param name="dataset">The dataset, loaded with masks.</param>
    /// <param name="size">The side of the squares, 2 to 128.</param>
    /// <exception cref="InputException">A mask is malformed.</exception>
    public static MaskSet Of(InstanceDataset dataset, int size = 28)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        new MaskCodecOptions { Size = size, Dimension = 1 }.Validate();
        return new MaskSet(size, [Draw(size, dataset.Annotations.Select(InstanceDraft.Of))], dataset.Categories);
    }

    /// <summary>A mask's pixels, 0 or 1, row by row, and the place of its class in <see cref="Categories"/>.</summary>
    /// <param name="index">The mask, in the order of the dataset.</param>
    public (byte[] Pixels, int Class) Mask(int index)
    {
        int b = 0;
        for (; index >= _blocks[b].Count; b++)
        {
            index -= _blocks[b].Count;
        }

        ReadOnlySpan<ulong> bits = _blocks[b].Bits(index);
        byte[] pixels = new byte[Size * Size];
        BytePacking.Unpack(bits, pixels, 1);
        long category = _blocks[b].CategoryOf(index);
        return (pixels, Categories.Index().First(c => c.Item.Id == category).Index);
    }

    private static MaskBlock Draw(int size, IEnumerable<InstanceDraft> drafts)
    {
        MaskBlock block = new(size);
        using BoxMask square = new(size);
        using RunBuffer runs = new();
        byte[] pixels = new byte[size * size];
        foreach (InstanceDraft draft in drafts.Where(d => !d.IsCrowd && d.Mask.Exists))
        {
            try
            {
                draft.Mask.DrawInBox(square, (draft.Bbox ?? draft.Mask.FindBounds()).ToBox(), runs, pixels);
            }
            catch (InputException e)
            {
                throw InputException.InContent($"annotation {draft.Id}", $"segmentation: {e.Message}", inner: e);
            }

            block.Add(pixels, draft.CategoryId);
        }

        return block;
    }
}
