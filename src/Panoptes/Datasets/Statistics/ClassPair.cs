namespace Panoptes.Datasets.Statistics;

/// <summary>Two classes that occur in the same pictures.</summary>
/// <param name="First">The one with the smaller id.</param>
/// <param name="Second">The other.</param>
/// <param name="Images">Pictures with objects of both.</param>
public sealed record ClassPair(ClassStatistics First, ClassStatistics Second, int Images);
