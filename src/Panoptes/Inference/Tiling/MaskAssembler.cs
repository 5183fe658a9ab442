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
    public MaskAssembler Add(Rle mask, int left, int top)
    {
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
            _runs.Add(new ColumnRun(run.X + left, run.Top + top, run.Bottom + top));
        return this;
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
