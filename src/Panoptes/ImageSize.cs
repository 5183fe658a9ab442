namespace Panoptes;

/// <summary>
/// The size of an image or a mask, in pixels. NumPy and COCO say height first, images and screens width first: where a member takes two
/// numbers, one of its overloads takes a size, whose sides have names.
/// </summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The smaller of the two sides.</summary>
    public int ShortSide => Math.Min(Width, Height);

    /// <summary>The larger of the two sides.</summary>
    public int LongSide => Math.Max(Width, Height);

    /// <summary>Width times height.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>The size as it is written in messages, for example <c>640x480</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";
}
