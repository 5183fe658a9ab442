using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes.Testing;

/// <summary>
/// The assignment of pixels as CIAE defines it (IV-C), pixel by pixel: the embedding is enlarged four times, normalized, and compared with
/// every query whose box holds the pixel's center. The tests take it as the ground truth, the benchmark as what the library's way is measured
/// next to it.
/// </summary>
public static class PlainAssignment
{
    /// <summary>Labels the pixels of a network's input.</summary>
    /// <param name="embedding">[D, h, w], a quarter of the padded input.</param>
    /// <param name="cellsHigh">h.</param>
    /// <param name="cellsWide">w.</param>
    /// <param name="height">Rows of the input without padding.</param>
    /// <param name="width">Columns of the input without padding.</param>
    /// <param name="queries">A unit vector of D values for each.</param>
    /// <param name="boxes">The box of each query in the input's pixels; null for stuff.</param>
    /// <returns>For each pixel, row after row, the index of the best query plus 1, the first of equal ones; 0 where no box holds
    /// it.</returns>
    public static int[] Label(
        ReadOnlyMemory<float> embedding,
        int cellsHigh,
        int cellsWide,
        int height,
        int width,
        float[][] queries,
        (float X1, float Y1, float X2, float Y2)?[] boxes)
    {
        int[] labels = new int[height * width];
        Parallel.For(0, height, y =>
        {
            float[] pixel = new float[embedding.Length / (cellsHigh * cellsWide)];
            for (int x = 0; x < width; x++)
            {
                Enlarge(embedding.Span, cellsHigh, cellsWide, x, y, pixel);
                float length = Length(pixel);
                float best = float.NegativeInfinity;
                for (int k = 0; k < queries.Length; k++)
                {
                    if (boxes[k] is { } box && !(x + 0.5f >= box.X1 && x + 0.5f < box.X2 && y + 0.5f >= box.Y1 && y + 0.5f < box.Y2))
                    {
                        continue;
                    }

                    float cosine = Cosine(pixel, length, queries[k]);
                    if (cosine > best)
                    {
                        (best, labels[(y * width) + x]) = (cosine, k + 1);
                    }
                }
            }
        });
        return labels;
    }

    /// <summary>A pixel of the map enlarged four times, bilinearly, with align_corners = false.</summary>
    public static void Enlarge(ReadOnlySpan<float> embedding, int cellsHigh, int cellsWide, int x, int y, Span<float> pixel)
    {
        float column = MathF.Max(0, ((x + 0.5f) / 4) - 0.5f);
        float row = MathF.Max(0, ((y + 0.5f) / 4) - 0.5f);
        (int left, int top) = ((int)column, (int)row);
        (float right, float bottom) = (column - left, row - top);
        int across = Math.Min(left + 1, cellsWide - 1) - left;
        int down = (Math.Min(top + 1, cellsHigh - 1) - top) * cellsWide;
        for (int d = 0; d < pixel.Length; d++)
        {
            ReadOnlySpan<float> at = embedding[((((d * cellsHigh) + top) * cellsWide) + left)..];
            float above = ((1 - right) * at[0]) + (right * at[across]);
            float below = ((1 - right) * at[down]) + (right * at[down + across]);
            pixel[d] = ((1 - bottom) * above) + (bottom * below);
        }
    }

    /// <summary>The length of a pixel's embedding.</summary>
    public static float Length(ReadOnlySpan<float> pixel) => MathF.Sqrt(Dot(pixel, pixel));

    /// <summary>The similarity of a pixel to a query (Eq. 16).</summary>
    /// <param name="pixel">The pixel's embedding, not normalized.</param>
    /// <param name="length">Its <see cref="Length"/>.</param>
    /// <param name="query">A unit vector.</param>
    public static float Cosine(ReadOnlySpan<float> pixel, float length, ReadOnlySpan<float> query) =>
        Dot(pixel, query) / MathF.Max(length, 1e-12f);

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> first = MemoryMarshal.Cast<float, Vector<float>>(a);
        ReadOnlySpan<Vector<float>> second = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sums = default;
        for (int i = 0; i < first.Length; i++)
        {
            sums += first[i] * second[i];
        }

        float sum = Vector.Sum(sums);
        for (int i = first.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
