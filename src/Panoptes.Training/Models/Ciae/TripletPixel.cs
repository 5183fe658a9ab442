using System.Numerics;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The triplet loss of one pixel after the other, and its gradients by hand. For one thread.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class TripletPixel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Embeddings are divided by no smaller length.</summary>
    private const double Shortest = 1e-12;

    /// <summary>1 − l' / (2 + margin) is no smaller: rounding may take l' to its upper end, and the logarithm to infinity.</summary>
    private static readonly T s_floor = T.CreateChecked(1e-6);

    /// <summary>Products of factors that are no smaller than <see cref="s_floor"/> stay far from float's least number.</summary>
    private static readonly T s_smallProduct = T.CreateChecked(1e-20);

    private readonly TripletQueries<T> _queries;
    private readonly T _margin;
    private readonly int _most;
    private readonly T[] _embedding;
    private readonly T[] _gradient;
    private readonly T[] _cosines;
    private readonly int[] _hardest;
    private readonly T[] _slopes;
    private int _chosen;
    private T _length;
    private T _ownSlope;

    /// <summary>Makes room for a pixel.</summary>
    public TripletPixel(CiaeConfig config, TripletQueries<T> queries)
    {
        _queries = queries;
        _margin = T.CreateChecked(config.Margin);

        // A pixel's own query has the largest loss of all, since its d_neg is 0: the hardest are it and those with the largest cosines.
        bool all = config.TopK == 0 || config.HardPixelPercent is not null;
        _most = all ? queries.Count : Math.Min(config.TopK - 1, queries.Count);
        (_embedding, _gradient) = (new T[queries.Dimension], new T[queries.Dimension]);
        _cosines = new T[queries.Padded];
        (_hardest, _slopes) = (new int[queries.Count], new T[queries.Count]);
    }

    /// <summary>Where the pixel's embedding is put before it is compared, which turns it into its direction.</summary>
    public Span<T> Embedding => _embedding;

    /// <summary>Compares the pixel with its queries, and keeps what its gradient needs.</summary>
    /// <param name="owner">The query that it belongs to.</param>
    /// <param name="x">Its column.</param>
    /// <param name="sight">The columns in which each of the last queries is compared.</param>
    /// <returns>Σ_k l_ik.</returns>
    public T Compare(int owner, int x, ReadOnlySpan<(int Left, int Right)> sight)
    {
        Span<T> p = _embedding;
        _length = T.Sqrt(VectorMath.Dot<T>(p, p));
        T inverse = T.One / T.Max(_length, T.CreateChecked(Shortest));
        for (int d = 0; d < p.Length; d++)
        {
            p[d] *= inverse; // Eq. 1
        }

        _queries.Cosines(p, _cosines);
        T own = _cosines[owner];
        Select(owner, own - _margin, x, sight);

        // −Σ ln(1 − l' / (2 + margin)) is the logarithm of a product (Eq. 8): taken once, not for each query.
        (T loss, T product) = (T.Zero, T.One);
        T ownSlope = Term(T.One - own + _margin, ref product); // k = o(i): d_neg is 0
        for (int i = 0; i < _chosen; i++)
        {
            T slope = Term(_cosines[_hardest[i]] - own + _margin, ref product);
            _slopes[i] = slope;
            ownSlope += slope;
            if (product < s_smallProduct)
            {
                (loss, product) = (loss - T.Log(product), T.One);
            }
        }

        _ownSlope = ownSlope;
        return loss - T.Log(product);
    }

    /// <summary>Takes the gradients of the pixel that was compared.</summary>
    /// <param name="owner">The query that it belongs to.</param>
    /// <param name="weight">Factor of its loss.</param>
    /// <param name="toQueries">The gradient of all queries, [K, D]; the pixel's is added.</param>
    /// <returns>The gradient of the embedding, D numbers; the next pixel overwrites it.</returns>
    /// <remarks>
    /// dl/dp = Σ_k s_k M_k − (Σ_k s_k) M_o, with s_k the slopes; through p = e / |e| to the embedding. To each query flows s_k p.
    /// </remarks>
    public ReadOnlySpan<T> Differentiate(int owner, T weight, T[] toQueries)
    {
        Array.Clear(_gradient);
        for (int i = 0; i < _chosen; i++)
        {
            Add(_hardest[i], _slopes[i] * weight);
        }

        Add(owner, -_ownSlope * weight);
        T along = VectorMath.Dot<T>(_embedding, _gradient);

        // An embedding of no length has no direction to turn from.
        T inverse = _length < T.CreateChecked(Shortest) ? T.Zero : T.One / _length;
        for (int d = 0; d < _gradient.Length; d++)
        {
            _gradient[d] = (_gradient[d] - (along * _embedding[d])) * inverse;
        }

        return _gradient;

        void Add(int query, T slope)
        {
            VectorMath.AddScaled(_gradient, _queries[query], slope);
            VectorMath.AddScaled(toQueries.AsSpan(query * _queries.Dimension, _queries.Dimension), _embedding, slope);
        }
    }

    // One pair's factor of the product, and the slope of its loss: dl/dl'.
    private T Term(T difference, ref T product)
    {
        T most = T.CreateChecked(2) + _margin;
        T factor = T.One - (T.Max(difference, T.Zero) / most); // Eq. 7
        product *= T.Max(factor, s_floor);
        return difference > T.Zero && factor > s_floor ? T.One / (most * factor) : T.Zero;
    }

    // The queries with the largest cosines above a bound, below which a loss is 0; of equal ones the first.
    private void Select(int owner, T bound, int x, ReadOnlySpan<(int Left, int Right)> sight)
    {
        _chosen = 0;
        ReadOnlySpan<T> cosines = _cosines.AsSpan(0, _queries.Count);
        (int free, int least) = (_queries.Count - sight.Length, 0);
        for (int k = 0; k < cosines.Length && _most > 0; k++)
        {
            if (!(cosines[k] > bound) || k == owner || (k >= free && (x < sight[k - free].Left || x >= sight[k - free].Right)))
            {
                continue;
            }

            if (_chosen < _most)
            {
                _hardest[_chosen++] = k;
            }
            else
            {
                _hardest[least] = k;
            }

            if (_chosen == _most)
            {
                least = Least();
                bound = cosines[_hardest[least]];
            }
        }
    }

    // Where the smallest of the chosen stands; of equal ones the last that came.
    private int Least()
    {
        int least = 0;
        for (int i = 1; i < _chosen; i++)
        {
            (T own, T best) = (_cosines[_hardest[i]], _cosines[_hardest[least]]);
            if (own < best || (own == best && _hardest[i] > _hardest[least]))
            {
                least = i;
            }
        }

        return least;
    }
}
