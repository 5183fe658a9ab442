namespace Panoptes.Coco.Evaluation;

/// <summary>A class of object sizes.</summary>
/// <param name="Name">Its name; the first letter ends the name of its statistics (APs, APm, APl).</param>
/// <param name="Min">Smallest area in square pixels, inclusive.</param>
/// <param name="Max">Largest area in square pixels, inclusive.</param>
public sealed record AreaRange(string Name, double Min, double Max);
