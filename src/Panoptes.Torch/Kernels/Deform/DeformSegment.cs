namespace Panoptes.Torch.Kernels.Deform;

/// <summary>A run of channels within one group of the kernel and one of the offsets.</summary>
internal readonly record struct DeformSegment(int First, int Count, int OffsetGroup, int Group)
{
    /// <summary>All channels, in runs of at most <paramref name="longest"/>.</summary>
    public static DeformSegment[] All(DeformGeometry g, int longest)
    {
        List<DeformSegment> all = new();
        for (int c = 0; c < g.Channels; c += all[^1].Count)
        {
            int group = c / g.GroupChannels, offsetGroup = c / g.OffsetChannels;
            int end = Math.Min(c + longest, Math.Min((group + 1) * g.GroupChannels, (offsetGroup + 1) * g.OffsetChannels));
            all.Add(new DeformSegment(c, end - c, offsetGroup, group));
        }

        return [.. all];
    }
}
