namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Some neighboring elements of a list in a JSON file, as a list of their own; its memory is used again for the next block.
/// </summary>
internal sealed class JsonBlock
{
    /// <summary>Holds the block and, while it is cut out, what follows in the file.</summary>
    public byte[] Buffer { get; set; } = [];

    /// <summary>The elements with brackets around them.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(Start, Length);

    /// <summary>The name of the list in the file's root object; null where the root itself is the list.</summary>
    public string? List { get; set; }

    /// <summary>The place of the first element in its list.</summary>
    public int FirstElement { get; set; }

    /// <summary>How many elements there are, where all are objects or lists.</summary>
    public int Elements { get; set; }

    /// <summary>The block's place among the file's blocks.</summary>
    public int Number { get; set; }

    /// <summary>Where the text begins in the buffer.</summary>
    public int Start { get; set; }

    /// <summary>Bytes of the text.</summary>
    public int Length { get; set; }
}
