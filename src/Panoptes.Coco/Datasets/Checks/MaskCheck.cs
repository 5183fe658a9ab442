using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Checks the mask of one object.</summary>
internal static class MaskCheck
{
    // COCO's own polygons end within an image; other tools' corners on its border are rounded or lie half a pixel off.
    private const double Outside = 1;

    /// <summary>Checks a mask in its image.</summary>
    /// <param name="mask">The mask, which exists.</param>
    /// <param name="image">The image, whose size is known.</param>
    /// <param name="isCrowd">Whether it is a crowd's.</param>
    /// <param name="who">How messages call the object.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="changes">Told where the mask was understood and no pixel is in it.</param>
    /// <returns>The mask as it is after a repair, or null where it cannot be repaired or has no pixel.</returns>
    public static CheckedMask? Check(MaskDraft mask, ImageEntry image, bool isCrowd, string who, FindingLog log, ObjectChanges changes)
    {
        foreach (string wrong in mask.WrongPolygons)
        {
            log.Add(ProblemKind.InvalidPolygon, $"{who}: {wrong}");
        }

        if (mask.IsBare)
        {
            log.Add(ProblemKind.BarePolygon, who);
        }

        if (mask.Wrong is not null)
        {
            log.Add(ProblemKind.InvalidMask, $"{who}: {mask.Wrong}");
            return null;
        }

        if (mask.Rle is not null)
        {
            return CheckRunLengths(mask.Rle, image, who, log, changes);
        }

        return mask.IsUnclear || mask.Polygons.Count == 0 ? null : CheckPolygons(mask, image, isCrowd, who, log, changes);
    }

    private static CheckedMask? CheckRunLengths(Rle rle, ImageEntry image, string who, FindingLog log, ObjectChanges changes)
    {
        ImageSize expected = image.Move?.From ?? image.Size;
        if (rle.Height != expected.Height || rle.Width != expected.Width)
        {
            log.Add(ProblemKind.MaskSize, $"{who}: {rle.Width}x{rle.Height}, its image is {expected}");
            return null;
        }

        Rle moved = image.Move?.Apply(rle) ?? rle;
        if (IsEmpty(moved, who, log, changes))
        {
            return null;
        }

        return new CheckedMask(moved, moved.Bounds, moved.Area, image.Move is null ? null : CocoSegmentation.FromRle(moved));
    }

    private static CheckedMask? CheckPolygons(
        MaskDraft mask, ImageEntry image, bool isCrowd, string who, FindingLog log, ObjectChanges changes)
    {
        (int width, int height) = image.Size;
        bool changed = mask.WrongPolygons.Count > 0 || mask.IsBare || image.Move is not null;
        List<double[]> polygons = image.Move is { } move ? [.. mask.Polygons.Select(move.Apply)] : [.. mask.Polygons];
        Box extent = Outline.Extent(polygons);
        if (extent.X1 < -Outside || extent.Y1 < -Outside || extent.X2 > width + Outside || extent.Y2 > height + Outside)
        {
            log.Add(ProblemKind.PolygonOutside, $"{who}: {Text.Of(extent)} in {image.Size}");
            polygons = [.. polygons.Select(p => Outline.Clip(p, width, height)).Where(p => p.Length >= 6)];
            extent = Outline.Extent(polygons);
            changed = true;
        }

        Rle drawn = Rle.FromPolygons(polygons, height, width);
        if (IsEmpty(drawn, who, log, changes))
        {
            return null;
        }

        if (isCrowd)
        {
            log.Add(ProblemKind.CrowdPolygon, who);
            return new CheckedMask(drawn, drawn.Bounds, drawn.Area, CocoSegmentation.FromRle(drawn));
        }

        CocoSegmentation? repaired = changed ? CocoSegmentation.FromPolygons(polygons) : null;
        return new CheckedMask(drawn, extent, polygons.Sum(p => Outline.Area(p)), repaired);
    }

    private static bool IsEmpty(Rle mask, string who, FindingLog log, ObjectChanges changes)
    {
        if (mask.IsEmpty)
        {
            log.Add(ProblemKind.EmptyMask, who);
            changes.IsNothing = true;
        }

        return mask.IsEmpty;
    }
}
