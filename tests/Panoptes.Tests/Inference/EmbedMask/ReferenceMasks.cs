using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;

namespace Panoptes.Tests.Inference.EmbedMask;

/// <summary>
/// EmbedMask's masks in the plainest way, in double: every map in full, every loop written out. It gives the interpolated values, so
/// that a test can tell pixels on the threshold from pixels that are wrong.
/// </summary>
internal static class ReferenceMasks
{
    /// <summary>phi, or its logarithm, for each pixel of the image, [height, width].</summary>
    public static double[,] Values(
        Func<int, int, int, float> pixel,
        int height,
        int width,
        Candidate box,
        float[] q,
        float[] m,
        EmbedMaskOptions options,
        InputImage image)
    {
        int mapHeight = height * options.ScaleFactor;
        int mapWidth = width * options.ScaleFactor;
        double stride = 8.0 / options.ScaleFactor;
        bool logarithm = options.Interpolation == MaskInterpolation.LogProbability;
        double[,] map = new double[mapHeight, mapWidth];
        for (int y = 0; y < mapHeight; y++)
        {
            for (int x = 0; x < mapWidth; x++)
            {
                if (!Inside(x, box.X1 / stride, box.X2 / stride, options.Crop)
                    || !Inside(y, box.Y1 / stride, box.Y2 / stride, options.Crop))
                {
                    map[y, x] = logarithm ? -10 : 0;
                    continue;
                }

                double z = 0;
                for (int d = 0; d < q.Length; d++)
                {
                    int dim = d;
                    double p = Bilinear((i, j) => pixel(dim, i, j), height, width, y, x, mapHeight, mapWidth);
                    z += m[m.Length > 1 ? d : 0] * (p - q[d]) * (p - q[d]);
                }

                map[y, x] = logarithm ? -z : Math.Exp(-z);
            }
        }

        int fullHeight = (int)Math.Ceiling((decimal)(height * 8 * image.OriginalHeight) / image.Height);
        int fullWidth = (int)Math.Ceiling((decimal)(width * 8 * image.OriginalWidth) / image.Width);
        double[,] result = new double[image.OriginalHeight, image.OriginalWidth];
        for (int y = 0; y < image.OriginalHeight; y++)
        {
            for (int x = 0; x < image.OriginalWidth; x++)
            {
                result[y, x] = Bilinear((i, j) => map[i, j], mapHeight, mapWidth, y, x, fullHeight, fullWidth);
            }
        }

        return result;
    }

    private static bool Inside(int cell, double low, double high, CropRule rule) => rule == CropRule.Box
        ? cell >= low - 1 && cell < high + 1
        : cell >= Math.Truncate(low) - 2 && cell < Math.Truncate(high) + 2;

    private static double Bilinear(Func<int, int, double> source, int height, int width, int y, int x, int toHeight, int toWidth)
    {
        double sy = Math.Max(0, ((y + 0.5) * height / toHeight) - 0.5);
        double sx = Math.Max(0, ((x + 0.5) * width / toWidth) - 0.5);
        int y0 = Math.Min((int)sy, height - 1), y1 = Math.Min(y0 + 1, height - 1);
        int x0 = Math.Min((int)sx, width - 1), x1 = Math.Min(x0 + 1, width - 1);
        double v = sy - y0, u = sx - x0;
        return ((1 - v) * (((1 - u) * source(y0, x0)) + (u * source(y0, x1)))) + (v * (((1 - u) * source(y1, x0)) + (u * source(y1, x1))));
    }
}
