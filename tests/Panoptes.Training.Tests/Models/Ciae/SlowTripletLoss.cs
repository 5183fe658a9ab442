using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Tests.Models.Ciae;

/// <summary>The triplet loss as Eq. 5 to 9 say it: pixel by pixel, query by query, every pair's loss in a list that is sorted.</summary>
internal static class SlowTripletLoss
{
    public static double Compute(CiaeConfig config, IEnumerable<Image> images)
    {
        List<double> pixels = [];
        foreach (Image image in images)
        {
            (int height, int width) = (image.Embedding.GetLength(1) * image.Factor, image.Embedding.GetLength(2) * image.Factor);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int label = image.Labels[(y * width) + x];
                    if (label >= 0)
                    {
                        pixels.Add(image.Weight[label] * Pixel(config, image, x, y, image.Owner[label]));
                    }
                }
            }
        }

        if (config.HardPixelPercent is { } percent)
        {
            int count = Math.Max(1, (int)(pixels.Count * percent / 100));
            return pixels.OrderDescending().Take(count).Sum() / count;
        }

        return pixels.Sum() / Math.Max(pixels.Count, 1);
    }

    /// <summary>The direction of the embedding, summed over the pixels of a label.</summary>
    public static double[] Mean(double[,,] embedding, short[] labels, int factor, int label)
    {
        double[] sum = new double[embedding.GetLength(0)];
        AddUp(embedding, labels, factor, label, sum);
        return Unit(sum);
    }

    /// <summary>Adds the embedding of the pixels of a label.</summary>
    public static void AddUp(double[,,] embedding, short[] labels, int factor, int label, double[] sum)
    {
        int width = embedding.GetLength(2) * factor;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == label)
            {
                double[] pixel = At(embedding, factor, i % width, i / width);
                for (int d = 0; d < sum.Length; d++)
                {
                    sum[d] += pixel[d];
                }
            }
        }
    }

    public static double[] Unit(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => v / length)];
    }

    private static double Pixel(CiaeConfig config, Image image, int x, int y, int owner)
    {
        double[] p = Unit(At(image.Embedding, image.Factor, x, y));
        double positive = Distance(p, image.Queries[owner]);
        List<double> losses = [];
        for (int k = 0; k < image.Queries.Length; k++)
        {
            int box = k - (image.Queries.Length - image.Boxes.Length);
            if (k != owner && box >= 0)
            {
                Box b = image.Boxes[box];
                if (x + 0.5 < b.X1 || x + 0.5 > b.X2 || y + 0.5 < b.Y1 || y + 0.5 > b.Y2)
                {
                    continue;
                }
            }

            double negative = k == owner ? 0 : Distance(p, image.Queries[k]);
            double difference = Math.Max(positive - negative + config.Margin, 0);
            losses.Add(-Math.Log(Math.Max(1 - (difference / (2 + config.Margin)), 1e-6)));
        }

        bool all = config.HardPixelPercent is not null || config.TopK == 0;
        return losses.OrderDescending().Take(all ? losses.Count : config.TopK).Sum();
    }

    private static double Distance(double[] a, double[] b) => 1 - a.Zip(b, (x, y) => x * y).Sum();

    // Bilinear enlargement, align_corners = false.
    private static double[] At(double[,,] embedding, int factor, int x, int y)
    {
        (int height, int width) = (embedding.GetLength(1), embedding.GetLength(2));
        double v = Math.Max(((y + 0.5) / factor) - 0.5, 0), u = Math.Max(((x + 0.5) / factor) - 0.5, 0);
        (int top, int left) = ((int)v, (int)u);
        (int bottom, int right) = (Math.Min(top + 1, height - 1), Math.Min(left + 1, width - 1));
        (v, u) = (v - top, u - left);
        double[] pixel = new double[embedding.GetLength(0)];
        for (int d = 0; d < pixel.Length; d++)
        {
            pixel[d] = ((1 - v) * (((1 - u) * embedding[d, top, left]) + (u * embedding[d, top, right])))
                + (v * (((1 - u) * embedding[d, bottom, left]) + (u * embedding[d, bottom, right])));
        }

        return pixel;
    }

    /// <summary>One image, in plain arrays; see <c>TripletTarget</c>.</summary>
    public sealed record Image(
        double[,,] Embedding, double[][] Queries, short[] Labels, int Factor, int[] Owner, double[] Weight, Box[] Boxes);
}
