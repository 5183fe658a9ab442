using System.Buffers;

namespace Panoptes.Masks;

/// <summary>
/// A binary mask as run lengths, in COCO's convention: pixels are read column by column, top to bottom, and the runs alternate
/// between background and foreground, beginning with background (a count of 0 where the first pixel is foreground).
/// </summary>
/// <remarks>
/// Immutable and canonical: no run but the first is empty, and the runs sum to <c>Height * Width</c>; so two masks are equal
/// exactly when their run lengths are. Results are those of pycocotools, bit for bit.
/// </remarks>
public sealed class Rle : IEquatable<Rle>
{
    /// <summary>The largest absolute value of a polygon's coordinate, in pixels.</summary>
    public const double MaxCoordinate = 1e8; // five times this, as drawing needs it, still fits an int with room for differences

    private readonly uint[] _counts;

    private Rle(int height, int width, uint[] counts, long area)
    {
        Height = height;
        Width = width;
        _counts = counts;
        Area = area;
    }

    /// <summary>Rows of the mask.</summary>
    public int Height { get; }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; }

    /// <summary>Columns and rows of the mask.</summary>
    public ImageSize Size => new(Width, Height);

    /// <summary>Number of foreground pixels.</summary>
    public long Area { get; }

    /// <summary>True when no pixel is foreground.</summary>
    public bool IsEmpty => Area == 0;

    /// <summary>Run lengths in column-major order, background first.</summary>
    public ReadOnlySpan<uint> Counts => _counts;

    /// <summary>The smallest box around the foreground, with integer edges; all zero for an empty mask.</summary>
    /// <remarks>Takes time proportional to the number of runs. As XYWH it is what pycocotools' <c>toBbox</c> gives.</remarks>
    public Box Bounds => PixelBounds.Of(_counts, Height).ToBox();

    /// <summary>A mask without foreground.</summary>
    public static Rle Empty(int height, int width) => Build(height, width, [], 0);

    /// <summary>A mask without foreground.</summary>
    public static Rle Empty(ImageSize size) => Empty(size.Height, size.Width);

    /// <summary>Makes a mask from COCO's uncompressed run lengths.</summary>
    /// <param name="counts">Column-major run lengths, background first. Empty runs in the middle are merged away.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="InputException">The counts do not sum to <c>height * width</c>.</exception>
    public static Rle FromCounts(ReadOnlySpan<uint> counts, int height, int width)
    {
        RunLengths.RequireSum(counts, height, width);
        return FromValidCounts(counts, height, width);
    }

    /// <summary>The same with the sides named; see <see cref="FromCounts(ReadOnlySpan{uint}, int, int)"/>.</summary>
    /// <param name="counts">Column-major run lengths, background first.</param>
    /// <param name="size">The mask's size.</param>
    public static Rle FromCounts(ReadOnlySpan<uint> counts, ImageSize size) => FromCounts(counts, size.Height, size.Width);

    /// <summary>Reads COCO's compressed RLE, as it stands in <c>segmentation.counts</c> of a JSON file.</summary>
    /// <param name="compressed">The string; characters <c>'0'</c> to <c>'o'</c>.</param>
    /// <param name="height">Rows of the mask (<c>size[0]</c>).</param>
    /// <param name="width">Columns of the mask (<c>size[1]</c>).</param>
    /// <exception cref="InputException">A character that cannot occur, a truncated or negative number, or counts that do not sum
    /// to <c>height * width</c>.</exception>
    public static Rle Parse(ReadOnlySpan<char> compressed, int height, int width)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(compressed.Length);
        for (int i = 0; i < compressed.Length; i++)
        {
            bytes[i] = compressed[i] <= 127 ? (byte)compressed[i] : (byte)127; // 127 cannot occur, and is refused with its position
        }

        Rle result = Parse(bytes.AsSpan(0, compressed.Length), height, width);
        ArrayPool<byte>.Shared.Return(bytes);
        return result;
    }

    /// <summary>The same with the sides named; see <see cref="Parse(ReadOnlySpan{char}, int, int)"/>.</summary>
    /// <param name="compressed">The string; characters <c>'0'</c> to <c>'o'</c>.</param>
    /// <param name="size">The mask's size.</param>
    public static Rle Parse(ReadOnlySpan<char> compressed, ImageSize size) => Parse(compressed, size.Height, size.Width);

    /// <summary>Reads COCO's compressed RLE from ASCII bytes; see <see cref="Parse(ReadOnlySpan{char}, int, int)"/>.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, int, int)"/>
    public static Rle Parse(ReadOnlySpan<byte> compressed, int height, int width)
    {
        long pixels = RunLengths.PixelCount(height, width);
        uint[] counts = ArrayPool<uint>.Shared.Rent(Math.Max(compressed.Length, 1));
        int runs = CompressedCounts.Decode(compressed, counts, pixels);
        Rle result = FromValidCounts(counts.AsSpan(0, runs), height, width);
        ArrayPool<uint>.Shared.Return(counts);
        return result;
    }

    /// <summary>Makes a mask from bytes, one for each pixel, row by row; any value but 0 is foreground.</summary>
    /// <param name="rowMajor">At least <c>height * width</c> bytes without padding between rows.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static Rle FromMask(ReadOnlySpan<byte> rowMajor, int height, int width) =>
        FromBitmask(Bitmask.FromMask(rowMajor, height, width));

    /// <summary>The same with the sides named; see <see cref="FromMask(ReadOnlySpan{byte}, int, int)"/>.</summary>
    /// <param name="rowMajor">At least <c>size.Pixels</c> bytes without padding between rows.</param>
    /// <param name="size">The mask's size.</param>
    public static Rle FromMask(ReadOnlySpan<byte> rowMajor, ImageSize size) => FromMask(rowMajor, size.Height, size.Width);

    /// <summary>Makes a mask from bits.</summary>
    public static Rle FromBitmask(Bitmask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using ToggleList toggles = new(mask.Height, mask.Width);
        mask.CollectToggles(toggles);
        return toggles.ToRle();
    }

    /// <summary>Draws the union of polygons, as COCO's tools do; see <see cref="PolygonRasterizer"/>.</summary>
    /// <param name="polygons">Each <c>x0, y0, x1, y1, ...</c> in pixels; closed without repeating the first corner.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="InputException">A polygon has an odd number of coordinates, fewer than 6, or one that is not finite.</exception>
    public static Rle FromPolygons(IReadOnlyList<IReadOnlyList<double>> polygons, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        List<Rle> masks = new(polygons.Count);
        foreach (IReadOnlyList<double> polygon in polygons)
        {
            masks.Add(FromPolygon(polygon is double[] array ? array : [.. polygon], height, width));
        }

        return masks.Count == 0 ? Empty(height, width) : Union(masks);
    }

    /// <summary>The same with the sides named; see <see cref="FromPolygons(IReadOnlyList{IReadOnlyList{double}}, int, int)"/>.</summary>
    /// <param name="polygons">Each <c>x0, y0, x1, y1, ...</c> in pixels; closed without repeating the first corner.</param>
    /// <param name="size">The mask's size.</param>
    public static Rle FromPolygons(IReadOnlyList<IReadOnlyList<double>> polygons, ImageSize size) =>
        FromPolygons(polygons, size.Height, size.Width);

    /// <summary>Draws one polygon; holes come from edges that cross (even-odd rule).</summary>
    /// <param name="polygon"><c>x0, y0, x1, y1, ...</c> in pixels.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    public static Rle FromPolygon(ReadOnlySpan<double> polygon, int height, int width)
    {
        using ToggleList toggles = new(height, width);
        PolygonRasterizer.Draw(polygon, toggles);
        return toggles.ToRle();
    }

    /// <summary>Draws a box: the polygon of its four corners, with the rounding of <see cref="FromPolygon"/>.</summary>
    public static Rle FromBox(Box box, int height, int width) =>
        FromPolygon([box.X1, box.Y1, box.X1, box.Y2, box.X2, box.Y2, box.X2, box.Y1], height, width);

    /// <summary>Draws a box; see <see cref="FromBox(Box, int, int)"/>.</summary>
    public static Rle FromBox(Box box, ImageSize size) => FromBox(box, size.Height, size.Width);

    /// <summary>COCO's compressed form, as it stands in JSON.</summary>
    public string ToCompressedString() => CompressedCounts.Encode(_counts);

    /// <summary>Pixels that are foreground in either mask.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Rle Union(Rle other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Merge(other, either: true);
    }

    /// <summary>Pixels that are foreground in both masks.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Rle Intersect(Rle other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Merge(other, either: false);
    }

    /// <summary>The union of many masks of one size.</summary>
    /// <exception cref="ArgumentException">No mask is given, or sizes differ.</exception>
    public static Rle Union(IReadOnlyList<Rle> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        if (masks.Count == 0)
        {
            throw new ArgumentException("A union needs at least one mask.", nameof(masks));
        }

        // Two of about one size at a time: one after the other would take the square of the time.
        Rle[] left = [.. masks];
        for (int count = left.Length; count > 1; count = (count + 1) / 2)
        {
            for (int i = 0; i < count / 2; i++)
            {
                left[i] = left[2 * i].Union(left[(2 * i) + 1]);
            }

            left[count / 2] = left[count - 1]; // where one is left over; overwritten otherwise
        }

        return left[0];
    }

    /// <summary>The background as foreground.</summary>
    public Rle Complement()
    {
        uint[] counts = _counts[0] == 0 ? _counts[1..] : [0, .. _counts];
        return new Rle(Height, Width, counts.Length == 0 ? [0] : counts, RunLengths.PixelCount(Height, Width) - Area);
    }

    /// <summary>Number of pixels that are foreground in both masks.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public long IntersectionArea(Rle other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        return RunLengths.IntersectionArea(_counts, other._counts);
    }

    /// <summary>Intersection over union, in [0, 1]; 0 where the masks do not touch, even when both are empty.</summary>
    /// <param name="other">The mask to compare with; for a crowd, the crowd.</param>
    /// <param name="crowd">True when <paramref name="other"/> is a crowd region: then the intersection is divided by the area of
    /// this mask alone, so that a detection anywhere inside the crowd counts as found.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double IoU(Rle other, bool crowd = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        long intersection = IntersectionArea(other);
        long union = crowd ? Area : Area + other.Area - intersection;
        return intersection == 0 ? 0 : (double)intersection / union;
    }

    /// <summary>
    /// The foreground within some pixels of the background or of the image's edge: what Boundary IoU compares (arXiv 2103.16562).
    /// </summary>
    /// <param name="ratio">How many pixels, as a share of the image's diagonal; rounded, and at least one pixel. Default 0.02.</param>
    public Rle Boundary(double ratio = 0.02)
    {
        RleBuilder builder = new(Height, Width);
        new BoundaryFilter().Build(_counts, BoundaryFilter.Width(Height, Width, ratio), builder);
        return builder.ToRle();
    }

    /// <summary>Writes <paramref name="foreground"/> where the mask is foreground and 0 elsewhere, row by row.</summary>
    /// <param name="rowMajor">At least <c>Height * Width</c> bytes; the first that many are overwritten.</param>
    /// <param name="foreground">The value of foreground; 1 when not given.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void ToMask(Span<byte> rowMajor, byte foreground = 1)
    {
        int pixels = Height * Width;
        if (rowMajor.Length < pixels)
        {
            throw new ArgumentException($"A mask of {Height}x{Width} needs {pixels} bytes, not {rowMajor.Length}.", nameof(rowMajor));
        }

        Bitmask.FromRle(this).ToMask(rowMajor, foreground);
    }

    /// <summary>The mask as polygons, one for each region.</summary>
    /// <remarks>A hole is tied to the outline around it by an edge that runs forth and back, and so leaves no trace when drawn.</remarks>
    /// <param name="tolerance">How far an outline may be moved to save corners, in pixels, at least 0; 0, the default, keeps the mask
    /// exactly, 1 removes the stairs of slanted edges.</param>
    /// <returns>For each region <c>x0, y0, x1, y1, ...</c> in pixels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public IReadOnlyList<double[]> ToPolygons(double tolerance = 0) => Contours.ToPolygons(this, tolerance);

    /// <summary>The mask as polygons, exactly, and how many holes had to be tied; see <see cref="ToPolygons(double)"/>.</summary>
    /// <param name="holes">The number of holes.</param>
    public IReadOnlyList<double[]> ToPolygons(out int holes) => Contours.ToPolygons(this, out holes);

    /// <summary>The outlines of the mask's regions, exactly, each hole as a ring of its own, as GeoJSON and SVG paths have them.</summary>
    /// <returns>For each region its rings, the outer one first: corners <c>x0, y0, x1, y1, ...</c> in pixels, each once.</returns>
    public IReadOnlyList<IReadOnlyList<double[]>> ToRings() => Contours.ToRings(this);

    /// <summary>The mirror image: column <c>x</c> becomes column <c>Width − 1 − x</c>.</summary>
    public Rle FlipHorizontally()
    {
        using ToggleList toggles = new(Height, Width);
        foreach (ColumnRun run in this.EnumerateColumnRuns())
        {
            toggles.Add(Width - 1 - run.X, run.Top);
            toggles.Add(Width - 1 - run.X, run.Bottom);
        }

        return toggles.ToRle();
    }

    /// <summary>
    /// The part of the mask seen through a window; outside of the mask is background. A window larger than the mask, or one with
    /// a negative corner, pads or moves it.
    /// </summary>
    /// <param name="x">Column of the window's left edge.</param>
    /// <param name="y">Row of the window's top edge.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public Rle Crop(int x, int y, int height, int width)
    {
        RleBuilder builder = new(height, width);
        foreach (ColumnRun run in this.EnumerateColumnRuns())
        {
            int column = run.X - x;
            if (column >= 0 && column < width)
            {
                builder.AppendRun(column, Math.Clamp(run.Top - y, 0, height), Math.Clamp(run.Bottom - y, 0, height));
            }
        }

        return builder.ToRle();
    }

    /// <summary>
    /// The mask at another size by nearest neighbor: pixel <c>i</c> of <c>n</c> takes pixel <c>floor((i + 0.5) * m / n)</c> of
    /// <c>m</c>, as PIL's NEAREST does.
    /// </summary>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public Rle Resize(int height, int width)
    {
        if (height == Height && width == Width)
        {
            return this;
        }

        RleBuilder builder = new(height, width);
        List<ColumnRun> column = [];
        void Emit()
        {
            if (column.Count == 0)
            {
                return;
            }

            int last = FirstSample(column[0].X + 1, Width, width);
            for (int x = FirstSample(column[0].X, Width, width); x < last; x++)
            {
                foreach (ColumnRun run in column)
                {
                    builder.AppendRun(x, FirstSample(run.Top, Height, height), FirstSample(run.Bottom, Height, height));
                }
            }

            column.Clear();
        }

        foreach (ColumnRun run in this.EnumerateColumnRuns())
        {
            if (column.Count > 0 && column[0].X != run.X)
            {
                Emit();
            }

            column.Add(run);
        }

        Emit();
        return builder.ToRle();
    }

    /// <summary>The same with the sides named; see <see cref="Resize(int, int)"/>.</summary>
    /// <param name="size">The result's size.</param>
    public Rle Resize(ImageSize size) => Resize(size.Height, size.Width);

    /// <summary>Whether two masks have the same size and the same foreground.</summary>
    public static bool operator ==(Rle? left, Rle? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two masks differ in size or foreground.</summary>
    public static bool operator !=(Rle? left, Rle? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(Rle? other) =>
        other is not null && Height == other.Height && Width == other.Width && _counts.AsSpan().SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Rle);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Height);
        hash.Add(Width);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_counts.AsSpan()));
        return hash.ToHashCode();
    }

    /// <summary>Makes a mask from counts known to sum to the number of pixels, merging empty runs away.</summary>
    internal static Rle FromValidCounts(ReadOnlySpan<uint> counts, int height, int width)
    {
        uint[] canonical = counts.IsEmpty ? [0] : counts.ToArray();
        Array.Resize(ref canonical, RunLengths.MakeCanonical(canonical, counts.Length));
        return new Rle(height, width, canonical, RunLengths.AreaOf(canonical));
    }

    /// <summary>Makes a mask from canonical counts, adding the background after the last of them.</summary>
    internal static Rle Build(int height, int width, ReadOnlySpan<uint> counts, long area)
    {
        long rest = RunLengths.PixelCount(height, width);
        foreach (uint count in counts)
        {
            rest -= count;
        }

        bool endsWithForeground = counts.Length % 2 == 0;
        uint[] complete = new uint[counts.Length + (endsWithForeground && (rest > 0 || counts.IsEmpty) ? 1 : 0)];
        counts.CopyTo(complete);
        if (rest > 0 || counts.IsEmpty)
        {
            complete[^1] += (uint)rest;
        }

        return new Rle(height, width, complete, area);
    }

    /// <summary>The first of <paramref name="samples"/> positions whose nearest source is <paramref name="source"/> or later.</summary>
    private static int FirstSample(int source, int sources, int samples)
    {
        long numerator = (2L * samples * source) - sources;
        return numerator <= 0 ? 0 : (int)((numerator + (2L * sources) - 1) / (2L * sources));
    }

    private Rle Merge(Rle other, bool either)
    {
        RequireSameSize(other);
        uint[] merged = ArrayPool<uint>.Shared.Rent(_counts.Length + other._counts.Length);
        int runs = RunMerge.Merge(_counts, other._counts, either, merged, out long area);
        Rle result = new(Height, Width, merged.AsSpan(0, runs).ToArray(), area);
        ArrayPool<uint>.Shared.Return(merged);
        return result;
    }

    private void RequireSameSize(Rle other)
    {
        if (Height != other.Height || Width != other.Width)
        {
            throw new ArgumentException(
                $"Masks of one size are needed, not {Height}x{Width} and {other.Height}x{other.Width} (rows x columns).", nameof(other));
        }
    }
}
