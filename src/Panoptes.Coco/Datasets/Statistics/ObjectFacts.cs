using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>What is counted of an annotated object or segment.</summary>
/// <param name="Class">Its class's place.</param>
/// <param name="Area">Its area in pixels; NaN where it is not known.</param>
/// <param name="Box">Its box, or null.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
/// <param name="IsStuff">Whether it is stuff.</param>
internal readonly record struct ObjectFacts(int Class, double Area, BoxXywh? Box, bool IsCrowd, bool IsStuff);
