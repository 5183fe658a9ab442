namespace Panoptes.Coco.Datasets;

/// <summary>An order of images that looks random and depends on nothing but each image's id and a number.</summary>
internal static class ImageOrder
{
    /// <summary>The ids in that order: the same on every machine, and more images do not mix up what was there.</summary>
    public static IEnumerable<long> Shuffle(IEnumerable<long> ids, long seed) =>
        ids.OrderBy(id => SplitMix64.Mix((ulong)id ^ SplitMix64.Mix((ulong)seed)));
}
