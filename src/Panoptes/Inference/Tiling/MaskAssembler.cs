using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>Puts masks of parts together to one of the image's size, from their runs alone.</summary>
/// <param name="size">The image's size.</param>
internal sealed class MaskAssembler(ImageSize size)
{
    private readonly List<ColumnRun> _runs = [];

    /// <summary>Adds a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="left">The column of the image that its first one is.</param>
    /// <param name="top">The row of the image that its first one is.</param>
    /// <param name="without">Parts of the image in which the mask does not count; they share no pixel.</param>
    public void Add(Rle mask, int left, int top, IReadOnlyList<PixelBounds>? without = null)
    {
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            (int x, int from, int to) = (run.X + left, run.Top + top, run.Bottom + top);
            AddRest(x, from, to, without ?? [], 0);
        }
    }

    private void AddRest(int x, int from, int to, IReadOnlyList<PixelBounds> without, int first)
    {
        for (int i = first; i < without.Count; i++)
        {
            PixelBounds part = without[i];
            if (x < part.Left || x >= part.Right || from >= part.Bottom || to <= part.Top) continue;
            if (from < part.Top) AddRest(x, from, part.Top, without, i + 1);
            from = part.Bottom;
            if (from >= to) return;
        }

        _runs.Add(new ColumnRun(x, from, to));
    }

    /// <summary>The union of all masks.</summary>
    public Rle ToRle()
    {
        _runs.Sort(static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Top.CompareTo(b.Top));
        RleBuilder builder = new(size.Height, size.Width);
        for (int i = 0; i < _runs.Count;)
        {
            (int x, int top, int bottom) = _runs[i];
            for (i++; i < _runs.Count && _runs[i].X == x && _runs[i].Top <= bottom; i++) bottom = Math.Max(bottom, _runs[i].Bottom);
            builder.AppendRun(x, top, bottom);
        }

        return builder.ToRle();
    }
}
