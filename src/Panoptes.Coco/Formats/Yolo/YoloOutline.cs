using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>An object's outline as YOLO's one polygon inside of the image.</summary>
internal static class YoloOutline
{
    /// <summary>
    /// The polygon, as shares of the image's sides. Reading it gives the object's mask again; what had to be changed for that is named.
    /// </summary>
    /// <param name="annotation">The object.</param>
    /// <param name="image">Its image.</param>
    /// <param name="losses">Where changes are named.</param>
    public static double[] Of(CocoAnnotation annotation, CocoImage image, LossLog losses)
    {
        string name = InstanceLosses.NameOf(annotation);
        if (annotation.Segmentation is not { } outline)
        {
            (double left, double top, double right, double bottom) = annotation.Box;
            return ToShares([left, top, right, top, right, bottom, left, bottom], image);
        }

        Rle mask = outline.ToRle(image.Height, image.Width);
        IReadOnlyList<double[]> polygons = outline.Rle is null ? outline.Polygons : Trace(mask, name, losses);
        if (polygons.Count == 0)
        {
            losses.Add(LossKind.HiddenObjects, name);
            (double left, double top, double right, double bottom) = annotation.Box;
            return ToShares([left, top, right, bottom, left, top], image); // encloses nothing, as the mask
        }

        losses.Add(LossKind.JoinedPolygons, name, polygons.Count > 1 ? 1 : 0);
        double[] shares = ToShares(PolygonMath.Join(polygons), image);
        if (outline.Rle is not null || mask.IsEmpty || Read(shares, image).Equals(mask))
        {
            return shares;
        }

        // Where polygons overlap, one made of them would have a hole; where they leave the image, the part inside may change its form.
        losses.Add(LossKind.TracedPolygons, name);
        double[] traced = ToShares(PolygonMath.Join(Trace(mask, name, losses: null)), image);
        losses.Add(LossKind.ChangedPixels, name, Difference(Read(traced, image), mask));
        return traced;
    }

    private static IReadOnlyList<double[]> Trace(Rle mask, string name, LossLog? losses)
    {
        IReadOnlyList<double[]> polygons = mask.ToPolygons(out int holes);
        losses?.Add(LossKind.PixelsToPolygons, name);
        losses?.Add(LossKind.Holes, name, holes);
        return polygons;
    }

    private static double[] ToShares(double[] polygon, CocoImage image)
    {
        double[] shares = new double[polygon.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = YoloLabels.ToShare(polygon[i], i % 2 == 0 ? image.Width : image.Height);
        }

        return shares;
    }

    private static Rle Read(double[] shares, CocoImage image)
    {
        double[] polygon = new double[shares.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            polygon[i] = YoloLabels.ToPixels(shares[i], i % 2 == 0 ? image.Width : image.Height);
        }

        return Rle.FromPolygon(polygon, image.Height, image.Width);
    }

    private static long Difference(Rle one, Rle other) => one.Area + other.Area - (2 * one.IntersectionArea(other));
}
