using Panoptes.Masks;

namespace Panoptes.Inference.Tracking;

/// <summary>IoU of tracks, where they are expected, with instances.</summary>
internal static class TrackOverlaps
{
    /// <summary>The IoU of every track, as it was seen last, with every instance, row by row.</summary>
    /// <param name="tracks">The rows.</param>
    /// <param name="instances">The columns.</param>
    /// <param name="overlap">Of what.</param>
    public static double[] OfLast(IReadOnlyList<Track> tracks, IReadOnlyList<Instance> instances, TrackOverlap overlap)
    {
        if (overlap == TrackOverlap.Box) return OfBoxes(tracks, instances);
        double[] masks = MaskIoU.Matrix([.. tracks.Select(track => track.Last.Mask)], [.. instances.Select(instance => instance.Mask)]);
        if (overlap == TrackOverlap.Mask) return masks;
        double[] boxes = OfBoxes(tracks, instances);
        for (int i = 0; i < masks.Length; i++) masks[i] = (masks[i] + boxes[i]) / 2;
        return masks;
    }

    /// <summary>
    /// The IoU of every track's whole mask with every instance, row by row, in which the pixels that other instances cover count as
    /// hidden and
    /// not as missing: <c>|T ∩ I| / (|I| + |T − C|)</c>, where the instances cover C together.
    /// </summary>
    /// <param name="tracks">The rows.</param>
    /// <param name="instances">The columns.</param>
    /// <param name="covered">Where any instance is.</param>
    public static double[] OfVisible(IReadOnlyList<Track> tracks, IReadOnlyList<Instance> instances, Rle covered)
    {
        double[] overlaps = new double[tracks.Count * instances.Count];
        for (int t = 0; t < tracks.Count; t++)
        {
            Rle whole = tracks[t].Whole.Mask;
            long visible = whole.Area - whole.IntersectionArea(covered);
            for (int i = 0; i < instances.Count; i++)
            {
                long common = whole.IntersectionArea(instances[i].Mask);
                overlaps[(t * instances.Count) + i] = common == 0 ? 0 : (double)common / (instances[i].Mask.Area + visible);
            }
        }

        return overlaps;
    }

    private static double[] OfBoxes(IReadOnlyList<Track> tracks, IReadOnlyList<Instance> instances) => MaskIoU.Matrix(
        [.. tracks.Select(track => BoxXywh.FromBox(track.Last.Box))], [.. instances.Select(instance => BoxXywh.FromBox(instance.Box))]);
}
