namespace Panoptes.Reports.Charts;

/// <summary>A bar of a chart.</summary>
/// <param name="Label">What stands below it; empty for none.</param>
/// <param name="Value">Its height, 0 or more.</param>
/// <param name="Note">What one reads when pointing at it.</param>
internal sealed record ChartBar(string Label, double Value, string Note);
