namespace Panoptes.Datasets;

/// <summary>An order of pictures that looks random and depends on nothing but each picture's id and a number.</summary>
internal static class PictureOrder
{
    /// <summary>The ids in that order: the same on every machine, and more pictures do not mix up what was there.</summary>
    public static IEnumerable<long> Shuffle(IEnumerable<long> ids, long seed) =>
        ids.OrderBy(id => SplitMix64.Mix((ulong)id ^ SplitMix64.Mix((ulong)seed)));
}
