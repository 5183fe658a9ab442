using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// Draws an object's mask in its box as a small square. Polygons are scaled and drawn at that size, as detectron2 does
/// (rasterize_polygons_within_box); run lengths give each cell the share of it that they cover, and a half is enough.
/// </summary>
public sealed class BoxMask : IDisposable
{
    private const double LeastSide = 0.1; // of a box, in pixels

    private readonly int _size;
    private readonly RunBuffer _runs = new();
    private readonly double[] _cover;
    private double[] _scaled = [];

    /// <param name="size">The square's side.</param>
    public BoxMask(int size)
    {
        _size = size;
        _cover = new double[size * size];
    }

    /// <summary>Begins a mask of polygons.</summary>
    public void Begin() => _runs.Clear();

    /// <summary>Adds one of a mask's polygons.</summary>
    /// <param name="polygon"><c>x0, y0, x1, y1, ...</c> in pixels of the image.</param>
    /// <param name="box">The object's box.</param>
    public void Add(ReadOnlySpan<double> polygon, Box box)
    {
        if (_scaled.Length < polygon.Length)
        {
            _scaled = new double[2 * polygon.Length];
        }

        double scaleX = _size / Math.Max(box.Width, LeastSide);
        double scaleY = _size / Math.Max(box.Height, LeastSide);
        for (int i = 0; i < polygon.Length; i += 2)
        {
            _scaled[i] = (polygon[i] - box.X1) * scaleX;
            _scaled[i + 1] = (polygon[i + 1] - box.Y1) * scaleY;
        }

        _runs.AddPolygon(_scaled.AsSpan(0, polygon.Length), 0, _size, _size);
    }

    /// <summary>Writes the mask of the polygons that were added.</summary>
    /// <param name="pixels">Size² values of 0 or 1, row by row.</param>
    public void Finish(Span<byte> pixels)
    {
        pixels.Clear();
        _runs.UnitePolygons();
        foreach (ColumnRun run in new ColumnRunEnumerator(_runs.Slice(0, _runs.Length), _size))
        {
            for (int y = run.Top; y < run.Bottom; y++)
            {
                pixels[(y * _size) + run.X] = 1;
            }
        }
    }

    /// <summary>Draws run lengths.</summary>
    /// <param name="counts">Canonical run lengths of the image's mask.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="box">The object's box.</param>
    /// <param name="pixels">Size² values of 0 or 1, row by row.</param>
    public void Draw(ReadOnlySpan<uint> counts, int height, Box box, Span<byte> pixels)
    {
        double cellWidth = Math.Max(box.Width, LeastSide) / _size;
        double cellHeight = Math.Max(box.Height, LeastSide) / _size;
        Array.Clear(_cover);
        foreach (ColumnRun run in new ColumnRunEnumerator(counts, height))
        {
            (int firstX, int endX) = Cells(run.X - box.X1, run.X + 1 - box.X1, cellWidth);
            (int firstY, int endY) = Cells(run.Top - box.Y1, run.Bottom - box.Y1, cellHeight);
            for (int y = firstY; y < endY; y++)
            {
                double rows = Overlap(run.Top - box.Y1, run.Bottom - box.Y1, y * cellHeight, (y + 1) * cellHeight);
                for (int x = firstX; x < endX; x++)
                {
                    _cover[(y * _size) + x] += rows * Overlap(run.X - box.X1, run.X + 1 - box.X1, x * cellWidth, (x + 1) * cellWidth);
                }
            }
        }

        double half = cellWidth * cellHeight / 2;
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = _cover[i] >= half ? (byte)1 : (byte)0;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _runs.Dispose();

    /// <summary>The cells that a stretch touches.</summary>
    private (int First, int End) Cells(double from, double to, double cell) =>
        ((int)Math.Clamp(Math.Floor(from / cell), 0, _size), (int)Math.Clamp(Math.Ceiling(to / cell), 0, _size));

    private static double Overlap(double from, double to, double low, double high) => Math.Max(0, Math.Min(to, high) - Math.Max(from, low));
}
