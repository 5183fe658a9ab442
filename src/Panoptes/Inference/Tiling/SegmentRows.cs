using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>The labels of segments row by row: masks run down columns, so a strip of rows is painted at a time.</summary>
internal sealed class SegmentRows : LabelRows
{
    private const int MostPixels = 1 << 23; // of a strip: 32 MiB

    private readonly IReadOnlyList<SegmentMask> _segments;
    private readonly PixelBounds[] _bounds;
    private readonly int _stripRows;
    private readonly int[] _strip;
    private int _row = -1;

    /// <summary>Begins above the first row.</summary>
    public SegmentRows(ImageSize size, IReadOnlyList<SegmentMask> segments)
        : base(size.Width, size.Height)
    {
        _segments = segments;
        _bounds = [.. segments.Select(s => PixelBounds.Of(s.Mask.Counts, s.Mask.Height))];
        _stripRows = Math.Clamp(MostPixels / size.Width, 1, size.Height);
        _strip = new int[_stripRows * size.Width];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Labels => _strip.AsSpan(_row % _stripRows * Width, Width);

    /// <inheritdoc/>
    public override bool Read()
    {
        _row++;
        if (_row % _stripRows == 0)
        {
            Paint(_row, Math.Min(_stripRows, Height - _row));
            return true;
        }

        return !Labels.SequenceEqual(_strip.AsSpan(((_row % _stripRows) - 1) * Width, Width));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private void Paint(int top, int rows)
    {
        Array.Clear(_strip);
        for (int i = 0; i < _segments.Count; i++)
        {
            if (_bounds[i].Top >= top + rows || _bounds[i].Bottom <= top) continue;
            foreach (ColumnRun run in _segments[i].Mask.EnumerateColumnRuns())
            {
                int end = Math.Min(run.Bottom, top + rows);
                for (int y = Math.Max(run.Top, top); y < end; y++) _strip[((y - top) * Width) + run.X] = _segments[i].Segment.Id;
            }
        }
    }
}
