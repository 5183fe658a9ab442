using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>An object's outline or mask as the file holds it: polygons, or run lengths of the whole image.</summary>
public sealed class CocoSegmentation
{
    private CocoSegmentation(IReadOnlyList<double[]> polygons, Rle? rle)
    {
        Polygons = polygons;
        Rle = rle;
    }

    /// <summary>The outlines, each <c>x0, y0, x1, y1, ...</c> in pixels; empty where the mask is given by run lengths.</summary>
    public IReadOnlyList<double[]> Polygons { get; }

    /// <summary>The run lengths, or null where the mask is given by polygons.</summary>
    public Rle? Rle { get; }

    /// <summary>A mask that is the union of polygons.</summary>
    /// <param name="polygons">One or more, each <c>x0, y0, x1, y1, ...</c> in pixels with at least 3 corners.</param>
    public static CocoSegmentation FromPolygons(IReadOnlyList<double[]> polygons) => new(polygons, null);

    /// <summary>A mask given by run lengths.</summary>
    public static CocoSegmentation FromRle(Rle rle) => new([], rle);

    /// <summary>The mask in an image of the given size.</summary>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    /// <exception cref="InputException">The run lengths were made for another size.</exception>
    public Rle ToRle(int height, int width)
    {
        if (Rle is null)
        {
            return Masks.Rle.FromPolygons(Polygons, height, width);
        }

        if (Rle.Height != height || Rle.Width != width)
        {
            throw InputException.InContent(
                null,
                $"The RLE has the size [{Rle.Height}, {Rle.Width}], but its image has [{height}, {width}] (rows, columns).");
        }

        return Rle;
    }

    /// <summary>
    /// The mask in the image once resized: polygons are scaled and drawn at the new size, run lengths sampled by nearest neighbor.
    /// </summary>
    /// <param name="height">Rows of the original image.</param>
    /// <param name="width">Columns of the original image.</param>
    /// <param name="newHeight">Rows of the resized image.</param>
    /// <param name="newWidth">Columns of the resized image.</param>
    /// <exception cref="InputException">The run lengths were made for another size than the original.</exception>
    public Rle ToRle(int height, int width, int newHeight, int newWidth)
    {
        if (Rle is not null || (newHeight == height && newWidth == width))
        {
            return ToRle(height, width).Resize(newHeight, newWidth);
        }

        double scaleX = (double)newWidth / width;
        double scaleY = (double)newHeight / height;
        double[][] scaled = new double[Polygons.Count][];
        for (int p = 0; p < scaled.Length; p++)
        {
            double[] points = [.. Polygons[p]];
            for (int i = 0; i < points.Length; i += 2)
            {
                points[i] *= scaleX;
                points[i + 1] *= scaleY;
            }

            scaled[p] = points;
        }

        return Masks.Rle.FromPolygons(scaled, newHeight, newWidth);
    }
}
