using Panoptes.Masks;

namespace Panoptes.Imaging;

/// <summary>One object to draw over an image; what is null is not drawn.</summary>
public sealed record OverlayItem
{
    /// <summary>The object's mask, of the image's size.</summary>
    public Rle? Mask { get; init; }

    /// <summary>The object's box, in pixels; its label stands here, or at the mask's bounds if there is none.</summary>
    public Box? Box { get; init; }

    /// <summary>What the label says, usually the name of the class.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// The class's number, which stands in the label's place where <see cref="Canvas.CanDraw"/> says that its letters are missing; null
    /// draws boxes in their place.
    /// </summary>
    public long? Number { get; init; }

    /// <summary>The score, 0 to 1; written behind the label with two decimals.</summary>
    public double? Score { get; init; }

    /// <summary>The color, usually <see cref="Palette.ColorOf"/> of a class index or of the object's number.</summary>
    public Rgb Color { get; init; } = Palette.ColorOf(0);
}
