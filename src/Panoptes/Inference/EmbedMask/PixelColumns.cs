using System.Buffers;
using System.Numerics;

namespace Panoptes.Inference.EmbedMask;

/// <summary>
/// The pixel embedding of one image enlarged to the mask map, column by column: [width, D, pitch]. Run lengths go down columns, so
/// everything from here on does. Only the cells inside of some crop are computed, once for all instances that overlap there.
/// </summary>
internal sealed class PixelColumns : IDisposable
{
    private float[] _buffer;

    /// <summary>Enlarges what the crops need.</summary>
    /// <param name="embedding">The pixel embedding [D, h, w] of one image.</param>
    /// <param name="dim">Dimension D.</param>
    /// <param name="height">Height h of the embedding.</param>
    /// <param name="width">Width w of the embedding.</param>
    /// <param name="factor">Enlargement, at least 1.</param>
    /// <param name="crops">What will be read, in cells of the mask map.</param>
    /// <param name="cancellationToken">Stops between columns.</param>
    public PixelColumns(
        ReadOnlyMemory<float> embedding,
        int dim,
        int height,
        int width,
        int factor,
        ReadOnlySpan<Crop> crops,
        CancellationToken cancellationToken)
    {
        Dim = dim;
        Height = height * factor;
        Width = width * factor;
        Pitch = (Height + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        _buffer = ArrayPool<float>.Shared.Rent(checked(Width * dim * Pitch));

        int[] top = new int[Width];
        int[] bottom = new int[Width];
        top.AsSpan().Fill(Height);
        foreach (Crop crop in crops)
        {
            for (int x = crop.Left; x < crop.Right && !crop.IsEmpty; x++)
            {
                top[x] = Math.Min(top[x], crop.Top);
                bottom[x] = Math.Max(bottom[x], crop.Bottom);
            }
        }

        ResizeAxis columns = new(width, Width, Width);
        ResizeAxis rows = new(height, Height, Height);
        try
        {
            Parallel.For(
                0,
                Width,
                new ParallelOptions { CancellationToken = cancellationToken },
                () => new float[height + 1],
                (x, _, scratch) =>
                {
                    if (top[x] < bottom[x])
                    {
                        Enlarge(embedding.Span, x, top[x], bottom[x], columns, rows, width, scratch);
                    }

                    return scratch;
                },
                _ => { });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Dimension D of the embedding.</summary>
    public int Dim { get; }

    /// <summary>Height of the mask map.</summary>
    public int Height { get; }

    /// <summary>Width of the mask map.</summary>
    public int Width { get; }

    /// <summary>
    /// Floats from one dimension of a column to the next; a multiple of the vector length, not below <see cref="Height"/>.
    /// </summary>
    public int Pitch { get; }

    /// <summary>One column: D times <see cref="Pitch"/> values.</summary>
    public ReadOnlySpan<float> Column(int x) => _buffer.AsSpan(x * Dim * Pitch, Dim * Pitch);

    public void Dispose() => ArrayPool<float>.Shared.Return(Interlocked.Exchange(ref _buffer, [])); // never twice

    private void Enlarge(
        ReadOnlySpan<float> embedding, int x, int top, int bottom, ResizeAxis columns, ResizeAxis rows, int width, float[] scratch)
    {
        // Whole vectors are read later: their other lanes must be numbers, not what the pool left there.
        top = top / Vector<float>.Count * Vector<float>.Count;
        int end = Math.Min(Pitch, (bottom + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count);
        bottom = Math.Min(end, Height);
        int height = rows.Source;
        int first = rows.Index[top];
        int last = Math.Min(rows.Index[bottom - 1] + 1, height - 1);
        int left = columns.Index[x];
        int right = Math.Min(left + 1, width - 1);
        float weight = columns.Weight[x];
        Span<float> target = _buffer.AsSpan(x * Dim * Pitch, Dim * Pitch);
        for (int d = 0; d < Dim; d++)
        {
            ReadOnlySpan<float> plane = embedding.Slice(d * height * width, height * width);
            for (int y = first; y <= last; y++)
            {
                scratch[y] = ((1 - weight) * plane[(y * width) + left]) + (weight * plane[(y * width) + right]);
            }

            scratch[last + 1] = scratch[last];
            Span<float> line = target.Slice(d * Pitch, Pitch);
            ReadOnlySpan<int> index = rows.Index.AsSpan(0, bottom);
            ReadOnlySpan<float> share = rows.Weight.AsSpan(0, bottom);
            for (int y = top; y < bottom; y++)
            {
                int i = index[y];
                line[y] = ((1 - share[y]) * scratch[i]) + (share[y] * scratch[i + 1]);
            }

            line[bottom..end].Clear();
        }
    }
}
