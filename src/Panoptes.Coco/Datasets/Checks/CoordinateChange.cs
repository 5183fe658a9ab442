using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>How places in an image move when it is turned as its EXIF orientation says, and then resized.</summary>
/// <param name="From">The size before.</param>
/// <param name="To">The size after.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8.</param>
internal sealed record CoordinateChange(ImageSize From, ImageSize To, int Orientation)
{
    private ImageSize Turned => new ImageHeader(From, Orientation).Upright;

    private double ScaleX => (double)To.Width / Turned.Width;

    private double ScaleY => (double)To.Height / Turned.Height;

    /// <summary>By how much areas grow.</summary>
    public double AreaScale => ScaleX * ScaleY;

    /// <summary>Moves the corners of a polygon.</summary>
    public double[] Apply(double[] polygon)
    {
        double[] moved = new double[polygon.Length];
        for (int i = 0; i < polygon.Length; i += 2)
        {
            (double x, double y) = Turn(polygon[i], polygon[i + 1]);
            (moved[i], moved[i + 1]) = (x * ScaleX, y * ScaleY);
        }

        return moved;
    }

    /// <summary>Moves a box.</summary>
    public BoxXywh Apply(BoxXywh box)
    {
        double[] corners = Apply([box.X, box.Y, box.X + box.Width, box.Y + box.Height]);
        (double left, double right) = (Math.Min(corners[0], corners[2]), Math.Max(corners[0], corners[2]));
        (double top, double bottom) = (Math.Min(corners[1], corners[3]), Math.Max(corners[1], corners[3]));
        return new BoxXywh(left, top, right - left, bottom - top);
    }

    /// <summary>Moves a mask of the size before.</summary>
    public Rle Apply(Rle mask)
    {
        if (Orientation == ImageHeader.NotTurned)
        {
            return mask.Resize(To.Height, To.Width);
        }

        Bitmask turned = new(Turned.Height, Turned.Width);
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            for (int row = run.Top; row < run.Bottom; row++)
            {
                (double x, double y) = Turn(run.X + 0.5, row + 0.5);
                turned[(int)y, (int)x] = true;
            }
        }

        return turned.ToRle().Resize(To.Height, To.Width);
    }

    // EXIF 2.32, tag 0x0112: where a place of the stored image lies in the upright one.
    private (double X, double Y) Turn(double x, double y) => Orientation switch
    {
        2 => (From.Width - x, y),
        3 => (From.Width - x, From.Height - y),
        4 => (x, From.Height - y),
        5 => (y, x),
        6 => (From.Height - y, x),
        7 => (From.Height - y, From.Width - x),
        8 => (y, From.Width - x),
        _ => (x, y),
    };
}
