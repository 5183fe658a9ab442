namespace Panoptes.Imaging.Codecs;

/// <summary>The rows of a map in memory.</summary>
internal sealed class LabelMapRows(LabelMap map) : LabelRows(map.Width, map.Height)
{
    private int _row = -1;

    /// <summary>The map.</summary>
    public LabelMap Map => map;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Labels => map.Row(_row);

    /// <inheritdoc/>
    public override bool Read()
    {
        _row++;
        return _row == 0 || !map.Row(_row).SequenceEqual(map.Row(_row - 1));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
