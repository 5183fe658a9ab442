using System.Buffers;
using System.Runtime.Intrinsics.X86;

namespace Panoptes.Imaging.Resampling;

/// <summary>
/// Bilinear resizing with antialiasing: the triangle filter, widened by the scale when shrinking, in two skips bytes (along
/// the rows first) with 22-bit fixed-point weights. The arithmetic is that of Pillow's <c>Image.resize(..., BILINEAR)</c>
/// (libImaging/Resample.c), so that weights trained on its pixels see the same ones here.
/// </summary>
internal static class TriangleResampler
{
    /// <summary>Resizes into a buffer of exactly width * height * 3 bytes.</summary>
    public static void Resize(Image image, Span<byte> target, int width, int height)
    {
        if (width == image.Width && height == image.Height)
        {
            image.Pixels.CopyTo(target);
        }
        else if (height == image.Height)
        {
            ResizeRows(image.Pixels, image.Width, target, width, height);
        }
        else if (width == image.Width)
        {
            ResizeColumns(image.Pixels, image.Height, target, height, image.Stride);
        }
        else
        {
            int bytes = checked(width * image.Height * 3);
            byte[] wide = ArrayPool<byte>.Shared.Rent(bytes);
            ResizeRows(image.Pixels, image.Width, wide.AsSpan(0, bytes), width, image.Height);
            ResizeColumns(wide.AsSpan(0, bytes), image.Height, target, height, width * 3);
            ArrayPool<byte>.Shared.Return(wide);
        }
    }

    private static void ResizeRows(ReadOnlySpan<byte> source, int sourceWidth, Span<byte> target, int width, int height)
    {
        FilterTaps taps = FilterTaps.Compute(sourceWidth, width);
        int done = Avx2.IsSupported ? Avx2Passes.ResizeRows(source, sourceWidth * 3, target, width * 3, height, taps) : 0;
        for (int y = done; y < height; y++)
            ResizeRow(source.Slice(y * sourceWidth * 3, sourceWidth * 3), target.Slice(y * width * 3, width * 3), taps);
    }

    private static void ResizeRow(ReadOnlySpan<byte> source, Span<byte> target, FilterTaps taps)
    {
        for (int x = 0; x < taps.Count; x++)
        {
            ReadOnlySpan<byte> from = source[(taps.Start(x) * 3)..];
            ReadOnlySpan<int> weights = taps.Weights(x);
            int r = FilterTaps.Half, g = FilterTaps.Half, b = FilterTaps.Half;
            for (int i = 0; i < weights.Length; i++)
            {
                int weight = weights[i];
                r += from[3 * i] * weight;
                g += from[(3 * i) + 1] * weight;
                b += from[(3 * i) + 2] * weight;
            }

            target[3 * x] = FilterTaps.ToByte(r);
            target[(3 * x) + 1] = FilterTaps.ToByte(g);
            target[(3 * x) + 2] = FilterTaps.ToByte(b);
        }
    }

    private static void ResizeColumns(ReadOnlySpan<byte> source, int sourceHeight, Span<byte> target, int height, int stride)
    {
        FilterTaps taps = FilterTaps.Compute(sourceHeight, height);
        int[] sums = ArrayPool<int>.Shared.Rent(stride);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> weights = taps.Weights(y);
            ReadOnlySpan<byte> rows = source.Slice(taps.Start(y) * stride, weights.Length * stride);
            Span<byte> to = target.Slice(y * stride, stride);
            if (Avx2.IsSupported && stride >= Avx2Passes.ColumnBlock)
                Avx2Passes.BlendRows(rows, stride, weights, to);
            else
                BlendRows(rows, stride, weights, sums.AsSpan(0, stride), to);
        }

        ArrayPool<int>.Shared.Return(sums);
    }

    private static void BlendRows(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> weights, Span<int> sums, Span<byte> target)
    {
        sums.Fill(FilterTaps.Half);
        for (int row = 0; row < weights.Length; row++)
        {
            ReadOnlySpan<byte> from = rows.Slice(row * stride, stride);
            int weight = weights[row];
            for (int i = 0; i < sums.Length; i++)
                sums[i] += from[i] * weight;
        }

        for (int i = 0; i < sums.Length; i++)
            target[i] = FilterTaps.ToByte(sums[i]);
    }
}
