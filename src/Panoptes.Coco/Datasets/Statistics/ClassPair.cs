namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Two classes that occur in the same images.</summary>
/// <param name="First">The one with the smaller id.</param>
/// <param name="Second">The other.</param>
/// <param name="Images">Images with objects of both.</param>
public sealed record ClassPair(ClassStatistics First, ClassStatistics Second, int Images);
