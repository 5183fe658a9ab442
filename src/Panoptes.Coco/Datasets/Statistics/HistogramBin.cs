namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>A bar of a histogram: how many values lie in a range.</summary>
/// <param name="From">Where the range begins; it belongs to it.</param>
/// <param name="To">Where it ends; it does not belong to it. Infinite where there is no end.</param>
/// <param name="Count">The values in it.</param>
internal readonly record struct HistogramBin(double From, double To, int Count);
