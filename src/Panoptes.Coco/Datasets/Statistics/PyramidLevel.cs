namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>The objects that a level of FCOS's feature pyramid answers for.</summary>
/// <remarks>
/// FCOS gives a location to the level in whose range the largest distance to a side of the object's box lies; here the location is the
/// box's center, where that distance is half the longer side.
/// </remarks>
/// <param name="Name">The level: P3 and up.</param>
/// <param name="From">Where its range begins, in pixels of the network's input.</param>
/// <param name="To">Where it ends; infinite for the last.</param>
/// <param name="Objects">Objects in it.</param>
/// <param name="Share">Their part of all objects, 0 to 1.</param>
public sealed record PyramidLevel(string Name, double From, double To, int Objects, double Share);
