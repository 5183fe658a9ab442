namespace Panoptes.Imaging;

/// <summary>What <see cref="Overlay"/> draws, and how strongly.</summary>
public sealed record OverlayOptions
{
    /// <summary>The defaults: masks, outlines and labels, sized to the image.</summary>
    public static OverlayOptions Default { get; } = new();

    /// <summary>How strongly masks are colored, 0 to 1 (default 0.45); 0 leaves the fill out.</summary>
    public double MaskOpacity { get; init; } = 0.45;

    /// <summary>Whether masks get an outline (default true).</summary>
    public bool Outlines { get; init; } = true;

    /// <summary>
    /// Whether boxes are drawn around objects that also have a mask (default false); an object without a mask always shows its box.
    /// </summary>
    public bool Boxes { get; init; }

    /// <summary>Whether names and scores are written (default true).</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Thickness of outlines and boxes in pixels; null (default) takes 1 to 3 and more by the image's size.</summary>
    public int? LineWidth { get; init; }

    /// <summary>Size of the letters in pixels; null (default) takes 11 and more by the image's size.</summary>
    public int? TextSize { get; init; }
}
