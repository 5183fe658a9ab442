using System.Globalization;

namespace Panoptes.Masks;

/// <summary>
/// An axis-aligned box in continuous pixel coordinates: the pixel in column <c>x</c> covers <c>[x, x + 1)</c>, so a box around
/// one pixel has width 1 and no "+1" appears anywhere (docs/decisions.md).
/// </summary>
/// <param name="X1">Left edge, in pixels.</param>
/// <param name="Y1">Top edge, in pixels.</param>
/// <param name="X2">Right edge, in pixels; exclusive.</param>
/// <param name="Y2">Bottom edge, in pixels; exclusive.</param>
public readonly record struct Box(double X1, double Y1, double X2, double Y2)
{
    /// <summary>Width in pixels; negative for an inverted box.</summary>
    public double Width => X2 - X1;

    /// <summary>Height in pixels; negative for an inverted box.</summary>
    public double Height => Y2 - Y1;

    /// <summary>Area in square pixels; 0 for an empty or inverted box.</summary>
    public double Area => IsEmpty ? 0 : Width * Height;

    /// <summary>True when the box holds no area.</summary>
    public bool IsEmpty => !(X2 > X1 && Y2 > Y1);

    /// <summary>Makes a box from COCO's <c>[x, y, width, height]</c>.</summary>
    public static Box FromXywh(double x, double y, double width, double height) => new(x, y, x + width, y + height);

    /// <summary>The part of the box inside an image of the given size.</summary>
    public Box Clip(double width, double height) =>
        new(Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height), Math.Clamp(X2, 0, width), Math.Clamp(Y2, 0, height));

    /// <summary>The box with every x multiplied by <paramref name="scaleX"/> and every y by <paramref name="scaleY"/>.</summary>
    public Box Scale(double scaleX, double scaleY) => new(X1 * scaleX, Y1 * scaleY, X2 * scaleX, Y2 * scaleY);

    /// <summary>The mirror image in an image <paramref name="width"/> wide: <c>x → width − x</c>.</summary>
    public Box FlipHorizontally(double width) => new(width - X2, Y1, width - X1, Y2);

    /// <summary>The common area of two boxes, in square pixels.</summary>
    public double IntersectionArea(Box other)
    {
        double w = Math.Min(X2, other.X2) - Math.Max(X1, other.X1);
        double h = Math.Min(Y2, other.Y2) - Math.Max(Y1, other.Y1);
        return w > 0 && h > 0 ? w * h : 0;
    }

    /// <summary>Intersection over union, in [0, 1]; 0 when both boxes are empty.</summary>
    public double IoU(Box other)
    {
        double intersection = IntersectionArea(other);
        double union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>The edges in pixels to a tenth, for people: <c>[X1, Y1, X2, Y2]</c>, for example <c>[12.5, 30, 80, 99.1]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{X1:0.#}, {Y1:0.#}, {X2:0.#}, {Y2:0.#}]");
}
