namespace Panoptes.Masks;

/// <summary>
/// Working memory for the canonical run lengths of several masks, one behind the other: used by one thread for many masks, none of which
/// becomes an object.
/// </summary>
internal sealed class RunBuffer : IDisposable
{
    private readonly List<(int Start, int Polygons)> _parts = [];
    private readonly BoundaryFilter _boundaries = new();
    private readonly RleBuilder _builder = new(0, 0);
    private uint[] _counts = new uint[1024];
    private ToggleList? _toggles;

    /// <summary>Run lengths held.</summary>
    public int Length { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Length = 0;

    /// <summary>Some of the run lengths; valid until more are added.</summary>
    public ReadOnlySpan<uint> Slice(int start, int length) => _counts.AsSpan(start, length);

    /// <summary>Adds canonical run lengths.</summary>
    public void Add(ReadOnlySpan<uint> counts)
    {
        counts.CopyTo(Reserve(counts.Length));
        Length += counts.Length;
    }

    /// <summary>Adds canonical run lengths that end with foreground, or none at all, and the background after them.</summary>
    public void Add(ReadOnlySpan<uint> counts, uint rest)
    {
        Add(counts);
        if (rest > 0 || counts.IsEmpty)
        {
            Add([rest]);
        }
    }

    /// <summary>Adds a mask from COCO's uncompressed run lengths.</summary>
    /// <exception cref="InputException">They do not cover the mask.</exception>
    public void AddCounts(ReadOnlySpan<uint> counts, int height, int width)
    {
        RunLengths.RequireSum(counts, height, width);
        Span<uint> room = Reserve(counts.Length + 1);
        counts.CopyTo(room);
        Length += RunLengths.MakeCanonical(room, counts.Length);
    }

    /// <summary>Adds a mask from COCO's compressed run lengths.</summary>
    /// <exception cref="InputException">They are malformed or do not cover the mask.</exception>
    public void AddText(ReadOnlySpan<byte> text, int height, int width)
    {
        Span<uint> room = Reserve(text.Length + 1);
        Length += RunLengths.MakeCanonical(room, CompressedCounts.Decode(text, room, RunLengths.PixelCount(height, width)));
    }

    /// <summary>
    /// Adds a polygon to the mask that began at a place: its first one, or one more. After the last one <see cref="UnitePolygons"/> makes
    /// one mask of them.
    /// </summary>
    /// <param name="polygon"><c>x0, y0, x1, y1, ...</c> in pixels.</param>
    /// <param name="start">Where the mask begins; it is the last one.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="InputException">The polygon is malformed, or crosses its columns more than <see cref="InputLimits.MaxRuns"/>
    /// times.</exception>
    public void AddPolygon(ReadOnlySpan<double> polygon, int start, int height, int width)
    {
        if (Length == start)
        {
            _parts.Clear();
        }

        int own = Length;
        _toggles ??= new ToggleList(height, width);
        _toggles.Reset(height, width);
        PolygonRasterizer.Draw(polygon, _toggles);
        Add(_toggles.ToCounts(out uint rest), rest);
        _parts.Add((own, 1));

        // Two of equally many polygons at a time: time goes with n log n, not with the square of n.
        while (_parts.Count > 1 && _parts[^1].Polygons >= _parts[^2].Polygons)
        {
            UniteLast();
        }
    }

    /// <summary>Unites what <see cref="AddPolygon"/> added to the last mask.</summary>
    public void UnitePolygons()
    {
        while (_parts.Count > 1)
        {
            UniteLast();
        }
    }

    /// <summary>
    /// Adds a mask's boundary region as Boundary IoU defines it (Cheng et al., arXiv 2103.16562): the foreground within d pixels of the
    /// background or of the image's edge.
    /// </summary>
    /// <param name="start">Where the mask begins.</param>
    /// <param name="length">How many run lengths it has.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="ratio">d as a share of the image's diagonal; d is at least 1.</param>
    public void AddBoundary(int start, int length, int height, int width, double ratio)
    {
        _builder.Clear(height, width);
        _boundaries.Build(Slice(start, length), BoundaryFilter.Width(height, width, ratio), _builder);
        _builder.MoveTo(this);
    }

    /// <summary>The number of foreground pixels of a mask.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">How many run lengths it has.</param>
    public long AreaOf(int start, int length) => RunLengths.AreaOf(Slice(start, length));

    /// <summary>The number of common foreground pixels of two masks of one size.</summary>
    /// <param name="firstStart">Where the one begins.</param>
    /// <param name="firstLength">How many run lengths it has.</param>
    /// <param name="secondStart">Where the other begins.</param>
    /// <param name="secondLength">How many run lengths it has.</param>
    public long IntersectionArea(int firstStart, int firstLength, int secondStart, int secondLength) =>
        RunLengths.IntersectionArea(Slice(firstStart, firstLength), Slice(secondStart, secondLength));

    /// <inheritdoc/>
    public void Dispose() => _toggles?.Dispose();

    private void UniteLast()
    {
        ((int first, int before), (int second, int after)) = (_parts[^2], _parts[^1]);
        Span<uint> merged = Reserve(Length - first);
        int runs = RunMerge.Merge(_counts.AsSpan(first..second), _counts.AsSpan(second..Length), either: true, merged, out _);
        merged[..runs].CopyTo(_counts.AsSpan(first));
        Length = first + runs;
        _parts.RemoveAt(_parts.Count - 1);
        _parts[^1] = (first, before + after);
    }

    private Span<uint> Reserve(int length)
    {
        if (_counts.Length < Length + length)
        {
            Array.Resize(ref _counts, Math.Max(Length + length, 2 * _counts.Length));
        }

        return _counts.AsSpan(Length, length);
    }
}
