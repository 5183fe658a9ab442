namespace Panoptes.Imaging;

/// <summary>The size of an image, in pixels.</summary>
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
