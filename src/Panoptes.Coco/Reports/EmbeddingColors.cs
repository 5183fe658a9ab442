using Panoptes.Coco.Numerics;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Coco.Reports;

/// <summary>
/// Shows an embedding map as an image: pixels with near embeddings get near colors. The D dimensions are projected onto their three
/// principal components, and each component is stretched from its 1st to its 99th percentile.
/// </summary>
public static class EmbeddingColors
{
    private const double LowPercentile = 0.01;
    private const double HighPercentile = 0.99;

    /// <summary>Renders a pixel embedding that a network gave for an image.</summary>
    /// <param name="map">The embedding of the batch: [N, D, h, w].</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="index">Index of the image in the batch.</param>
    /// <param name="directions">Whether embeddings are compared only by their direction: they are shown as unit vectors then.</param>
    /// <returns>An image of the image's own size, without the padding, which would take colors away from it.</returns>
    public static Image Render(FeatureMap map, NetworkInput input, int index, bool directions)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(map);
        InputImage size = input.Images[index];
        int width = Covered(map.Width, size.Width, input.Width);
        int height = Covered(map.Height, size.Height, input.Height);
        float[] values = new float[map.Channels * height * width];
        for (int channel = 0; channel < map.Channels; channel++)
        {
            ReadOnlySpan<float> plane = map.Plane(index, channel);
            for (int y = 0; y < height; y++)
                plane.Slice(y * map.Width, width).CopyTo(values.AsSpan(((channel * height) + y) * width));
        }

        if (directions)
            Normalize(values, height * width);
        return Render(values, map.Channels, height, width).Resize(size.OriginalWidth, size.OriginalHeight);
    }

    /// <summary>Renders a map.</summary>
    /// <param name="map">[D, H, W], row-major. A pixel with a value that is not finite becomes black.</param>
    /// <param name="dimension">
    /// D, at least 1. Components that do not exist (D below 3, or a map without variance) show as middle gray.
    /// </param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>An image of H x W; the same map always gives the same colors.</returns>
    public static Image Render(ReadOnlySpan<float> map, int dimension, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Image image = new(width, height);
        int pixels = height * width;
        if (map.Length != (long)dimension * pixels)
            throw new ArgumentException($"A map of {map.Length} values is not {dimension}x{height}x{width}.", nameof(map));

        int[] finite = FinitePixels(map, dimension, pixels);
        if (finite.Length == 0)
            return image;
        double[] means = Means(map, dimension, pixels, finite);
        (double[] variances, double[][] vectors) = SymmetricEigen.Decompose(Covariance(map, dimension, pixels, finite, means), dimension);
        double[][] axes = [.. vectors.Where((_, i) => variances[i] > variances[0] * 1e-12).Take(3)];
        float[] projected = new float[finite.Length];
        for (int channel = 0; channel < 3; channel++)
        {
            if (channel < axes.Length)
                Project(map, pixels, finite, means, axes[channel], projected);
            else
                Array.Clear(projected);
            Stretch(projected, finite, image.Pixels[channel..]);
        }

        return image;
    }

    private static int Covered(int cells, int pixels, int padded) => (int)Math.Ceiling((double)cells * pixels / padded);

    private static void Normalize(Span<float> map, int pixels)
    {
        float[] squares = new float[pixels];
        for (int i = 0; i < map.Length; i++)
            squares[i % pixels] += map[i] * map[i];
        for (int i = 0; i < map.Length; i++)
            map[i] /= MathF.Max(MathF.Sqrt(squares[i % pixels]), 1e-12f);
    }

    private static int[] FinitePixels(ReadOnlySpan<float> map, int dimension, int pixels)
    {
        bool[] bad = new bool[pixels];
        for (int i = 0; i < map.Length; i++)
        {
            if (!float.IsFinite(map[i]))
                bad[i % pixels] = true;
        }

        List<int> finite = new(pixels);
        for (int i = 0; i < pixels; i++)
        {
            if (!bad[i])
                finite.Add(i);
        }

        return [.. finite];
    }

    private static double[] Means(ReadOnlySpan<float> map, int dimension, int pixels, int[] finite)
    {
        double[] means = new double[dimension];
        for (int d = 0; d < dimension; d++)
        {
            ReadOnlySpan<float> plane = map.Slice(d * pixels, pixels);
            foreach (int i in finite)
                means[d] += plane[i];
            means[d] /= finite.Length;
        }

        return means;
    }

    private static double[] Covariance(ReadOnlySpan<float> map, int dimension, int pixels, int[] finite, double[] means)
    {
        double[] covariance = new double[dimension * dimension];
        for (int a = 0; a < dimension; a++)
        {
            ReadOnlySpan<float> first = map.Slice(a * pixels, pixels);
            for (int b = 0; b <= a; b++)
            {
                ReadOnlySpan<float> second = map.Slice(b * pixels, pixels);
                double sum = 0;
                foreach (int i in finite)
                    sum += (first[i] - means[a]) * (second[i] - means[b]);
                covariance[(a * dimension) + b] = covariance[(b * dimension) + a] = sum / finite.Length;
            }
        }

        return covariance;
    }

    private static void Project(ReadOnlySpan<float> map, int pixels, int[] finite, double[] means, double[] axis, float[] projected)
    {
        Array.Clear(projected);
        for (int d = 0; d < axis.Length; d++)
        {
            ReadOnlySpan<float> plane = map.Slice(d * pixels, pixels);
            float mean = (float)means[d], weight = (float)axis[d];
            for (int i = 0; i < finite.Length; i++)
                projected[i] += (plane[finite[i]] - mean) * weight;
        }
    }

    private static void Stretch(float[] values, int[] finite, Span<byte> channel)
    {
        float[] sorted = (float[])values.Clone();
        Array.Sort(sorted);
        float low = sorted[(int)(LowPercentile * (sorted.Length - 1))];
        float high = sorted[(int)Math.Ceiling(HighPercentile * (sorted.Length - 1))];
        float range = high - low;
        for (int i = 0; i < finite.Length; i++)
            channel[finite[i] * 3] = range > 0 ? (byte)Math.Clamp(((values[i] - low) / range * 255) + 0.5f, 0, 255) : (byte)128;
    }
}
