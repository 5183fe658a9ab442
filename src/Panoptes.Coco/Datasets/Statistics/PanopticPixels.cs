namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>What the pixels of panoptic images belong to.</summary>
/// <param name="Things">Pixels of things, crowds among them.</param>
/// <param name="Stuff">Pixels of stuff.</param>
/// <param name="Void">Pixels that belong to nothing; null where the PNGs were not read.</param>
/// <param name="Total">All pixels of the annotated images; 0 where neither the file nor PNGs tell their sizes.</param>
public sealed record PanopticPixels(long Things, long Stuff, long? Void, long Total);
