using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>An image of a dataset that is checked.</summary>
/// <param name="index">Its place in <c>images</c>.</param>
/// <param name="id">Its id as read; null where the element is not an object.</param>
/// <param name="fileName">Its file; missing where it names none.</param>
/// <param name="stated">The size that the JSON states; 0 where it states none.</param>
internal sealed class ImageEntry(int index, EntryId? id, LooseText fileName, ImageSize stated)
{
    /// <summary>Its place in <c>images</c>.</summary>
    public int Index { get; } = index;

    /// <summary>Its id; null where it has none.</summary>
    public long? Id { get; } = id?.Value;

    /// <summary>The id as messages show it.</summary>
    public string IdText { get; } = $"{id}";

    /// <summary>Whether the element is an object at all.</summary>
    public bool IsObject { get; } = id is not null;

    /// <summary>The id that a repair gives it; null where it keeps its own.</summary>
    public long? NewId { get; set; }

    /// <summary>Its file; empty where it names none.</summary>
    public string FileName { get; } = fileName.Value ?? "";

    /// <summary>What stands where the file's name should, and is not text; null where there is no such thing.</summary>
    public string? WrongFileName { get; } = fileName.Wrong;

    /// <summary>The size that the JSON states; 0 where it states none.</summary>
    public ImageSize Stated { get; } = stated;

    /// <summary>The size that counts: the file's, or the stated one where there is no file or nothing explains the file's.</summary>
    public ImageSize Size { get; set; } = stated;

    /// <summary>The size of its file as it is read, upright; 0 where no file was read.</summary>
    public ImageSize FileSize { get; set; }

    /// <summary>Whether its file has another size than the stated one, so that its objects have to tell which they fit.</summary>
    public bool IsSizeOpen => !IsUnclear && (Move is not null || (FileSize.Pixels > 0 && Size != FileSize));

    /// <summary>Whether nothing tells which size its objects were drawn for: a repair leaves it and them alone.</summary>
    public bool IsUnclear { get; private set; }

    /// <summary>Whether masks can be drawn in it.</summary>
    public bool HasSize => Size.Pixels > 0;

    /// <summary>How its objects have to move to fit its file; null where they stay.</summary>
    public CoordinateChange? Move { get; set; }

    /// <summary>Whether a repair drops it with its objects.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>Whether its file or its label map is missing or cannot be used, which a repair says and otherwise leaves alone.</summary>
    public bool IsUnusable { get; set; }

    /// <summary>The entry of the same file that takes its objects; null if there is none.</summary>
    public ImageEntry? JoinedTo { get; set; }

    /// <summary>Takes the size of the file; its objects stay where they are.</summary>
    public void TakeFileSize() => (Size, Move) = (FileSize, null);

    /// <summary>Keeps it and its objects as they stand, because nothing tells which size they were drawn for.</summary>
    public void KeepAsStated() => (Size, Move, IsUnclear, IsUnusable) = (Stated, null, true, true);

    /// <summary>How messages call it.</summary>
    public override string ToString()
    {
        string file = FileName.Length > 0 ? $" ({FileName})" : "";
        return Id is null ? $"images[{Index}]{file}" : $"image {IdText}{file}";
    }
}
