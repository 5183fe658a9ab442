namespace Panoptes.Masks;

/// <summary>
/// A box as COCO's files write it: left, top, width, height. Kept apart from <see cref="Box"/> because x + width − x is not the
/// width again in floating point, and AP is compared to the last bit.
/// </summary>
/// <param name="X">Left edge, in pixels.</param>
/// <param name="Y">Top edge, in pixels.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public readonly record struct BoxXywh(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height.</summary>
    public double Area => Width * Height;

    /// <summary>True when all four numbers are finite.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Width) && double.IsFinite(Height);

    /// <summary>The box as left, top, width, height.</summary>
    public static BoxXywh FromBox(Box box) => new(box.X1, box.Y1, box.Width, box.Height);

    /// <summary>The box by its edges.</summary>
    public Box ToBox() => Box.FromXywh(X, Y, Width, Height);

    /// <summary>Intersection over union as pycocotools computes it, in its order of operations.</summary>
    /// <param name="groundTruth">The ground truth.</param>
    /// <param name="crowd">True when <paramref name="groundTruth"/> is a crowd: the intersection is then divided by this box's
    /// area.</param>
    public double IoU(in BoxXywh groundTruth, bool crowd = false)
    {
        double width = Math.Min(Width + X, groundTruth.Width + groundTruth.X) - Math.Max(X, groundTruth.X);
        double height = Math.Min(Height + Y, groundTruth.Height + groundTruth.Y) - Math.Max(Y, groundTruth.Y);
        if (!(width > 0 && height > 0))
        {
            return 0;
        }

        double intersection = width * height;
        return intersection / (crowd ? Area : Area + groundTruth.Area - intersection);
    }
}
