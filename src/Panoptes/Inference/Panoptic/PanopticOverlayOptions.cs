namespace Panoptes.Inference.Panoptic;

/// <summary>What <see cref="PanopticOverlay"/> draws, and how strongly.</summary>
public sealed record PanopticOverlayOptions
{
    /// <summary>The defaults: colors, borders, names of things, no legend.</summary>
    public static PanopticOverlayOptions Default { get; } = new();

    /// <summary>How strongly segments are colored, 0 to 1 (default 0.55).</summary>
    public double Opacity { get; init; } = 0.55;

    /// <summary>Whether lines run between segments (default true).</summary>
    public bool Borders { get; init; } = true;

    /// <summary>Whether things are named where they are, with their scores (default true).</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Whether the colors of the image's classes are named in a strip below it (default false).</summary>
    public bool Legend { get; init; }

    /// <summary>Thickness of the lines between segments in pixels; null (default) takes 1 to 3 and more by the image's size.</summary>
    public int? LineWidth { get; init; }

    /// <summary>Size of the letters in pixels; null (default) takes 11 and more by the image's size.</summary>
    public int? TextSize { get; init; }
}
