namespace Panoptes.Reports.Charts;

/// <summary>A point of a chart's line.</summary>
/// <param name="X">Place on the horizontal axis.</param>
/// <param name="Y">Value; not finite if there is none.</param>
internal readonly record struct ChartPoint(double X, double Y);
