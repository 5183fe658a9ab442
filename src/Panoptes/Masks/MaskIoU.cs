namespace Panoptes.Masks;

/// <summary>Intersection over union of detections (rows) with ground truth (columns), equal to pycocotools' <c>iou</c>.</summary>
public static class MaskIoU
{
    /// <summary>IoU of every detection with every ground truth.</summary>
    /// <param name="detections">D masks.</param>
    /// <param name="groundTruths">G masks of the same size.</param>
    /// <param name="crowd">G flags; for a crowd the intersection is divided by the detection's area. Empty: no crowd.</param>
    /// <returns>D × G values, row by row.</returns>
    /// <exception cref="ArgumentException">Sizes differ, or the number of flags is wrong.</exception>
    public static double[] Matrix(IReadOnlyList<Rle> detections, IReadOnlyList<Rle> groundTruths, ReadOnlySpan<bool> crowd = default)
    {
        ArgumentNullException.ThrowIfNull(groundTruths);
        ArgumentNullException.ThrowIfNull(detections);
        RequireFlags(crowd, groundTruths.Count);
        double[] matrix = new double[detections.Count * groundTruths.Count];
        PixelBounds[] bounds = [.. groundTruths.Select(t => PixelBounds.Of(t.Counts, t.Height))];
        for (int d = 0; d < detections.Count; d++)
        {
            Rle detection = detections[d];
            PixelBounds own = PixelBounds.Of(detection.Counts, detection.Height);
            for (int g = 0; g < groundTruths.Count; g++)
            {
                // Boxes that do not meet spare the walk over the runs; sizes are still checked.
                bool meet = own.Overlaps(bounds[g])
                    || detection.Height != groundTruths[g].Height || detection.Width != groundTruths[g].Width;
                matrix[(d * groundTruths.Count) + g] = meet ? detection.IoU(groundTruths[g], !crowd.IsEmpty && crowd[g]) : 0;
            }
        }

        return matrix;
    }

    /// <summary>IoU of every detected box with every true box.</summary>
    /// <param name="detections">D boxes.</param>
    /// <param name="groundTruths">G boxes.</param>
    /// <param name="crowd">G flags; for a crowd the intersection is divided by the detection's area. Empty: no crowd.</param>
    /// <returns>D × G values, row by row.</returns>
    /// <exception cref="ArgumentException">The number of flags is wrong.</exception>
    public static double[] Matrix(ReadOnlySpan<BoxXywh> detections, ReadOnlySpan<BoxXywh> groundTruths, ReadOnlySpan<bool> crowd = default)
    {
        RequireFlags(crowd, groundTruths.Length);
        double[] matrix = new double[detections.Length * groundTruths.Length];
        for (int d = 0; d < detections.Length; d++)
        {
            for (int g = 0; g < groundTruths.Length; g++)
            {
                matrix[(d * groundTruths.Length) + g] = detections[d].IoU(groundTruths[g], !crowd.IsEmpty && crowd[g]);
            }
        }

        return matrix;
    }

    private static void RequireFlags(ReadOnlySpan<bool> crowd, int groundTruths)
    {
        if (!crowd.IsEmpty && crowd.Length != groundTruths)
        {
            throw new ArgumentException($"{crowd.Length} crowd flags were given for {groundTruths} ground truths.", nameof(crowd));
        }
    }
}
