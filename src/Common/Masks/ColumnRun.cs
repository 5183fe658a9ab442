namespace Panoptes.Masks;

/// <summary>A vertical stretch of foreground in one column.</summary>
/// <param name="X">The column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Bottom">The row after the last.</param>
internal readonly record struct ColumnRun(int X, int Top, int Bottom);
