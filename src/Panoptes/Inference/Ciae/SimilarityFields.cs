using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// The similarities of a pixel embedding to queries (Eq. 16), a field for each query: products of the embedding and unit vectors. A pixel's
/// own norm is skipped, since it divides all of its similarities alike; without it they are linear in the embedding, and so bilinear
/// between its cells.
/// </summary>
/// <param name="embedding">The pixel embedding [N, D, h, w].</param>
/// <param name="image">Index of the image in the batch.</param>
/// <param name="queries">The queries.</param>
internal sealed class SimilarityFields(FeatureMap embedding, int image, IReadOnlyList<Query> queries) : IFields
{
    /// <inheritdoc/>
    public int Count => queries.Count;

    /// <inheritdoc/>
    public PixelBounds AreaOf(int field) => queries[field].Area;

    /// <inheritdoc/>
    public IFieldReader Open() => new Reader(embedding, image, queries);

    private sealed class Reader : IFieldReader
    {
        private readonly FeatureMap _embedding;
        private readonly int _image;
        private readonly IReadOnlyList<Query> _queries;
        private readonly int _pitch;
        private float[] _row; // [D, pitch]

        public Reader(FeatureMap embedding, int image, IReadOnlyList<Query> queries)
        {
            (_embedding, _image, _queries) = (embedding, image, queries);
            _pitch = (embedding.Width + IFieldReader.Lanes - 1) / IFieldReader.Lanes * IFieldReader.Lanes;
            _row = ArrayPool<float>.Shared.Rent(embedding.Channels * _pitch);
        }

        public void MoveTo(int row)
        {
            int width = _embedding.Width;
            for (int d = 0; d < _embedding.Channels; d++)
            {
                Span<float> values = _row.AsSpan(d * _pitch, _pitch);
                _embedding.Plane(_image, d).Slice(row * width, width).CopyTo(values);
                values[width..].Clear();
            }
        }

        public void Read(int field, int first, int end, Span<float> values)
        {
            ReadOnlySpan<float> query = _queries[field].Vector;
            int x = first;
            for (; x + (4 * IFieldReader.Lanes) <= end; x += 4 * IFieldReader.Lanes)
            {
                Multiply4(query, _row.AsSpan(x), values[x..]);
            }

            for (; x < end; x += IFieldReader.Lanes)
            {
                Multiply(query, _row.AsSpan(x), values[x..]);
            }
        }

        public void Dispose() => ArrayPool<float>.Shared.Return(Interlocked.Exchange(ref _row, [])); // never twice

        private void Multiply(ReadOnlySpan<float> query, ReadOnlySpan<float> from, Span<float> values)
        {
            Vector256<float> sum = default;
            for (int d = 0; d < query.Length; d++)
            {
                sum = Vector256.MultiplyAddEstimate(Vector256.Create(query[d]), Vector256.Create(from[(d * _pitch)..]), sum);
            }

            sum.CopyTo(values);
        }

        /// <summary>As <see cref="Multiply"/>, four vectors at a time: their sums do not wait for each other.</summary>
        private void Multiply4(ReadOnlySpan<float> query, ReadOnlySpan<float> from, Span<float> values)
        {
            // One check for all loads below.
            int needed = ((query.Length - 1) * _pitch) + (4 * IFieldReader.Lanes);
            ArgumentOutOfRangeException.ThrowIfLessThan(from.Length, needed, nameof(from));
            ref float plane = ref MemoryMarshal.GetReference(from);
            Vector256<float> sum0 = default;
            Vector256<float> sum1 = default;
            Vector256<float> sum2 = default;
            Vector256<float> sum3 = default;
            nuint lanes = (nuint)Vector256<float>.Count;
            foreach (float value in query)
            {
                Vector256<float> q = Vector256.Create(value);
                sum0 = Vector256.MultiplyAddEstimate(q, Vector256.LoadUnsafe(ref plane), sum0);
                sum1 = Vector256.MultiplyAddEstimate(q, Vector256.LoadUnsafe(ref plane, lanes), sum1);
                sum2 = Vector256.MultiplyAddEstimate(q, Vector256.LoadUnsafe(ref plane, 2 * lanes), sum2);
                sum3 = Vector256.MultiplyAddEstimate(q, Vector256.LoadUnsafe(ref plane, 3 * lanes), sum3);
                plane = ref Unsafe.Add(ref plane, _pitch);
            }

            sum0.CopyTo(values);
            sum1.CopyTo(values[(int)lanes..]);
            sum2.CopyTo(values[(2 * (int)lanes)..]);
            sum3.CopyTo(values[(3 * (int)lanes)..]);
        }
    }
}
