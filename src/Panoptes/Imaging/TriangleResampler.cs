namespace Panoptes.Imaging;

/// <summary>
/// Bilinear resizing with antialiasing: the triangle filter, widened by the scale when shrinking, in two passes over bytes (rows
/// first) with 22-bit fixed-point weights. The arithmetic is that of Pillow's <c>Image.resize(..., BILINEAR)</c>
/// (libImaging/Resample.c, versions 7 and later), so that weights trained on its pixels see the same ones here.
/// </summary>
internal static class TriangleResampler
{
    private const int PrecisionBits = 32 - 8 - 2;
    private const int Half = 1 << (PrecisionBits - 1);

    public static Image Resize(Image image, int width, int height)
    {
        Image wide = width == image.Width ? image : ResizeRows(image, width);
        return height == image.Height ? wide : ResizeColumns(wide, height);
    }

    private static Image ResizeRows(Image image, int width)
    {
        Taps taps = Taps.Compute(image.Width, width);
        Image result = new(width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> from = image.Row(y);
            Span<byte> to = result.Row(y);
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<int> weights = taps.Weights(x);
                int r = Half, g = Half, b = Half;
                int offset = taps.Start(x) * 3;
                foreach (int weight in weights)
                {
                    r += from[offset] * weight;
                    g += from[offset + 1] * weight;
                    b += from[offset + 2] * weight;
                    offset += 3;
                }

                to[3 * x] = (byte)(r >> PrecisionBits);
                to[(3 * x) + 1] = (byte)(g >> PrecisionBits);
                to[(3 * x) + 2] = (byte)(b >> PrecisionBits);
            }
        }

        return result;
    }

    private static Image ResizeColumns(Image image, int height)
    {
        Taps taps = Taps.Compute(image.Height, height);
        Image result = new(image.Width, height);
        int[] sums = new int[image.Stride];
        for (int y = 0; y < height; y++)
        {
            Array.Fill(sums, Half);
            int row = taps.Start(y);
            foreach (int weight in taps.Weights(y))
            {
                ReadOnlySpan<byte> from = image.Row(row++);
                for (int i = 0; i < sums.Length; i++)
                    sums[i] += from[i] * weight;
            }

            Span<byte> to = result.Row(y);
            for (int i = 0; i < sums.Length; i++)
                to[i] = (byte)(sums[i] >> PrecisionBits);
        }

        return result;
    }

    /// <summary>For each output pixel: the first input pixel and the weights from there on.</summary>
    private sealed class Taps(int[] starts, int[] counts, int[] weights, int size)
    {
        public int Start(int index) => starts[index];

        public ReadOnlySpan<int> Weights(int index) => weights.AsSpan(index * size, counts[index]);

        public static Taps Compute(int inputSize, int outputSize)
        {
            double scale = (double)inputSize / outputSize;
            double support = Math.Max(scale, 1);
            int size = ((int)Math.Ceiling(support) * 2) + 1;
            int[] starts = new int[outputSize];
            int[] counts = new int[outputSize];
            int[] weights = new int[outputSize * size];
            double[] exact = new double[size];
            for (int i = 0; i < outputSize; i++)
            {
                double center = (i + 0.5) * scale;
                int start = Math.Max((int)(center - support + 0.5), 0);
                int count = Math.Min((int)(center + support + 0.5), inputSize) - start;
                double sum = 0;
                for (int j = 0; j < count; j++)
                {
                    exact[j] = Math.Max(1 - Math.Abs((j + start - center + 0.5) * (1 / support)), 0);
                    sum += exact[j];
                }

                starts[i] = start;
                counts[i] = count;
                for (int j = 0; j < count; j++)
                    weights[(i * size) + j] = (int)(0.5 + (exact[j] * (1 / sum) * (1 << PrecisionBits)));
            }

            return new Taps(starts, counts, weights, size);
        }
    }
}
