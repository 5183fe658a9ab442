using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// The similarities of a pixel embedding to queries (Eq. 16), a field for each query: products of the embedding and unit vectors. A pixel's
/// own norm is left out, since it divides all of its similarities alike; without it they are linear in the embedding, and so bilinear
/// between its cells.
/// </summary>
/// <param name="embedding">The pixel embedding [N, D, h, w].</param>
/// <param name="picture">Index of the picture in the batch.</param>
/// <param name="queries">The queries.</param>
internal sealed class SimilarityFields(FeatureMap embedding, int picture, IReadOnlyList<Query> queries) : IFields
{
    /// <inheritdoc/>
    public int Count => queries.Count;

    /// <inheritdoc/>
    public PixelBounds AreaOf(int field) => queries[field].Area;

    /// <inheritdoc/>
    public IFieldReader Open() => new Reader(embedding, picture, queries);

    private sealed class Reader : IFieldReader
    {
        private const int Block = IFieldReader.Block;

        private readonly FeatureMap _embedding;
        private readonly int _picture;
        private readonly IReadOnlyList<Query> _queries;
        private readonly float[] _row; // [blocks, D, Block]

        public Reader(FeatureMap embedding, int picture, IReadOnlyList<Query> queries)
        {
            (_embedding, _picture, _queries) = (embedding, picture, queries);
            _row = ArrayPool<float>.Shared.Rent(embedding.Channels * IFieldReader.Pitch(embedding.Width));
        }

        public void MoveTo(int row)
        {
            for (int d = 0; d < _embedding.Channels; d++)
            {
                ReadOnlySpan<float> plane = _embedding.Plane(_picture, d).Slice(row * _embedding.Width, _embedding.Width);
                for (int first = 0; first < plane.Length; first += Block)
                {
                    plane[first..Math.Min(first + Block, plane.Length)].CopyTo(_row.AsSpan((first * _embedding.Channels) + (d * Block)));
                }
            }
        }

        public void Read(int field, int first, Span<float> values)
        {
            ReadOnlySpan<float> query = _queries[field].Vector;
            int dim = query.Length;
            ReadOnlySpan<Vector256<float>> from = MemoryMarshal.Cast<float, Vector256<float>>(_row.AsSpan(first * dim, dim * Block));
            Vector256<float> sum0 = default;
            Vector256<float> sum1 = default;
            Vector256<float> sum2 = default;
            Vector256<float> sum3 = default;
            foreach (float number in query)
            {
                Vector256<float> q = Vector256.Create(number);
                sum0 = Vector256.MultiplyAddEstimate(q, from[0], sum0);
                sum1 = Vector256.MultiplyAddEstimate(q, from[1], sum1);
                sum2 = Vector256.MultiplyAddEstimate(q, from[2], sum2);
                sum3 = Vector256.MultiplyAddEstimate(q, from[3], sum3);
                from = from[4..];
            }

            Span<Vector256<float>> to = MemoryMarshal.Cast<float, Vector256<float>>(values);
            (to[0], to[1], to[2], to[3]) = (sum0, sum1, sum2, sum3);
        }

        public void Dispose() => ArrayPool<float>.Shared.Return(_row);
    }
}
