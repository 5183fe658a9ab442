using System.Numerics;
using System.Runtime.InteropServices;
using Panoptes.Masks;
using Panoptes.Numerics;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The triplet loss of one picture in plain arrays, with gradients by hand. Strips of it may be run by several threads.</summary>
/// <typeparam name="T">The embedding's type, float or double.</typeparam>
internal sealed class TripletPicture<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>1 − l' / (2 + margin) is no smaller: rounding may take l' to its upper end, and the logarithm to infinity.</summary>
    private static readonly T Floor = T.CreateChecked(1e-6);

    /// <summary>Products of factors that are no smaller than <see cref="Floor"/> stay far from float's least number.</summary>
    private static readonly T SmallProduct = T.CreateChecked(1e-20);

    private readonly TripletTarget _target;
    private readonly int _dimension;
    private readonly int _width;
    private readonly BilinearTap[] _down;
    private readonly BilinearTap[] _across;
    private readonly T[] _embedding; // [h, w, D]
    private readonly T[] _queries; // [K, D]
    private readonly Vector<T>[] _columns; // [D, K / lanes]: the queries' columns, padded
    private readonly int _vectors;
    private readonly int _count;
    private readonly int _most;
    private readonly T _margin;

    /// <summary>Copies the embedding and the queries.</summary>
    public TripletPicture(CiaeConfig config, TripletTarget target)
    {
        _target = target;
        (_dimension, Rows, _width) = ((int)target.Embedding.Size(0), (int)target.Embedding.Size(1), (int)target.Embedding.Size(2));
        _down = BilinearTap.Of(Rows, target.Factor);
        _across = BilinearTap.Of(_width, target.Factor);
        _embedding = target.Embedding.Detach().Permute([1, 2, 0]).ToArray<T>();
        _queries = target.Queries.Detach().To(target.Embedding.DType).ToArray<T>();
        _count = (int)target.Queries.Size(0);
        _margin = T.CreateChecked(config.Margin);

        // A pixel's own query has the largest loss of all, since its d_neg is 0: the hardest are it and those with the largest cosines.
        bool all = config.TopK == 0 || config.HardPixelPercent is not null;
        _most = all ? _count : Math.Min(config.TopK - 1, _count);

        int lanes = Vector<T>.Count;
        _vectors = (_count + (4 * lanes) - 1) / (4 * lanes) * 4;
        _columns = new Vector<T>[_dimension * _vectors];
        Span<T> columns = MemoryMarshal.Cast<Vector<T>, T>(_columns.AsSpan());
        for (int k = 0; k < _count; k++)
        {
            for (int d = 0; d < _dimension; d++)
            {
                columns[(d * _vectors * lanes) + k] = _queries[(k * _dimension) + d];
            }
        }
    }

    /// <summary>Rows of the embedding, h.</summary>
    public int Rows { get; }

    /// <summary>Pixels for each row of the embedding.</summary>
    public int PixelsOfRow => _across.Length * _target.Factor;

    /// <summary>Computes a strip.</summary>
    /// <param name="first">The embedding's first row.</param>
    /// <param name="end">The row behind its last.</param>
    /// <param name="learns">Whether gradients are taken.</param>
    /// <param name="chosen">For each pixel of the picture whether it counts; null counts all that have a label.</param>
    /// <param name="losses">Receives each pixel's loss, with its weight; null keeps their sum alone.</param>
    public TripletPart<T> Run(int first, int end, bool learns, bool[]? chosen, Memory<T>? losses)
    {
        // Bilinear enlargement looks at a row more on either side.
        (int from, int to) = _target.Factor == 1 ? (first, end) : (Math.Max(first - 1, 0), Math.Min(end + 1, Rows));
        int line = _width * _dimension;
        var gradient = new T[learns ? (to - from) * line : 0];
        var toQueries = new T[learns ? _queries.Length : 0];
        var row = new T[line];
        var toRow = new T[learns ? line : 0];
        var sight = new (int Left, int Right)[_target.Boxes.Count];
        var pixel = new PixelBuffers(_dimension, _vectors * Vector<T>.Count, _count);
        double sum = 0;
        for (int y = first * _target.Factor; y < end * _target.Factor; y++)
        {
            ReadOnlySpan<short> labels = _target.Labels.Span.Slice(y * _across.Length, _across.Length);
            if (!labels.ContainsAnyExcept((short)-1))
            {
                continue;
            }

            BilinearTap v = _down[y];
            Blend(_embedding.AsSpan(v.First * line, line), _embedding.AsSpan(v.Second * line, line), v.Share, row);
            Look(y, sight);
            Array.Clear(toRow);
            for (int x = 0; x < labels.Length; x++)
            {
                int at = (y * _across.Length) + x;
                if (labels[x] < 0 || chosen?[at] == false)
                {
                    continue;
                }

                BilinearTap h = _across[x];
                (int left, int right) = (h.First * _dimension, h.Second * _dimension);
                Blend(row.AsSpan(left, _dimension), row.AsSpan(right, _dimension), h.Share, pixel.Embedding);
                int owner = _target.Owner[labels[x]];
                T weight = T.CreateChecked(_target.Weight[labels[x]]);
                T loss = Compare(pixel, owner, x, sight) * weight;
                sum += double.CreateChecked(loss);
                if (losses is { } each)
                {
                    each.Span[at] = loss;
                }

                if (learns)
                {
                    Differentiate(pixel, owner, weight, toQueries);
                    Spread(pixel.Gradient, h.Share, toRow.AsSpan(left, _dimension), toRow.AsSpan(right, _dimension));
                }
            }

            if (learns)
            {
                Spread(toRow, v.Share, gradient.AsSpan((v.First - from) * line, line), gradient.AsSpan((v.Second - from) * line, line));
            }
        }

        return new TripletPart<T>(sum, from, gradient, toQueries);
    }

    /// <summary>Adds up the strips of the picture.</summary>
    /// <param name="parts">The strips.</param>
    /// <param name="learns">Whether they have gradients.</param>
    /// <returns>The loss, the gradient of the embedding [h, w, D] and of the queries [K, D]; gradients are empty without learning.</returns>
    public (double Loss, T[] Gradient, T[] ToQueries) Join(IEnumerable<TripletPart<T>> parts, bool learns)
    {
        double loss = 0;
        var gradient = new T[learns ? _embedding.Length : 0];
        var toQueries = new T[learns ? _queries.Length : 0];
        foreach (TripletPart<T> part in parts)
        {
            loss += part.Loss;
            VectorMath.AddScaled(
                gradient.AsSpan(learns ? part.FirstRow * _width * _dimension : 0, part.Gradient.Length), part.Gradient, T.One);
            VectorMath.AddScaled(toQueries, part.ToQueries, T.One);
        }

        return (loss, gradient, toQueries);
    }

    // Σ_k l_ik of the pixel in the buffers, and what its gradient needs.
    private T Compare(PixelBuffers pixel, int owner, int x, ReadOnlySpan<(int Left, int Right)> sight)
    {
        Span<T> p = pixel.Embedding;
        pixel.Length = T.Sqrt(VectorMath.Dot<T>(p, p));
        T inverse = T.One / T.Max(pixel.Length, T.CreateChecked(1e-12));
        for (int d = 0; d < p.Length; d++)
        {
            p[d] *= inverse; // Eq. 1
        }

        Cosines(pixel);
        ReadOnlySpan<T> cosines = pixel.Cosines;
        T own = cosines[owner];
        Select(pixel, owner, own - _margin, x, sight);

        // −Σ ln(1 − l' / (2 + margin)) is the logarithm of a product (Eq. 8): taken once, not for each query.
        (T loss, T product) = (T.Zero, T.One);
        T ownSlope = Term(T.One - own + _margin, ref product); // k = o(i): d_neg is 0
        for (int i = 0; i < pixel.Chosen; i++)
        {
            T slope = Term(cosines[pixel.Queries[i]] - own + _margin, ref product);
            pixel.Slopes[i] = slope;
            ownSlope += slope;
            if (product < SmallProduct)
            {
                (loss, product) = (loss - T.Log(product), T.One);
            }
        }

        pixel.OwnSlope = ownSlope;
        return loss - T.Log(product);
    }

    // One pair's factor of the product, and the slope of its loss: dl/dl'.
    private T Term(T difference, ref T product)
    {
        T most = T.CreateChecked(2) + _margin;
        T factor = T.One - (T.Max(difference, T.Zero) / most); // Eq. 7
        product *= T.Max(factor, Floor);
        return difference > T.Zero && factor > Floor ? T.One / (most * factor) : T.Zero;
    }

    // p · M_k for all queries: a broadcast of each of the pixel's numbers, for as many queries as vectors hold.
    private void Cosines(PixelBuffers pixel)
    {
        ReadOnlySpan<T> p = pixel.Embedding;
        Span<Vector<T>> cosines = MemoryMarshal.Cast<T, Vector<T>>(pixel.Cosines);
        for (int j = 0; j < _vectors; j += 4)
        {
            (Vector<T> a, Vector<T> b) = (Vector<T>.Zero, Vector<T>.Zero);
            (Vector<T> c, Vector<T> e) = (Vector<T>.Zero, Vector<T>.Zero);
            for (int d = 0; d < p.Length; d++)
            {
                ReadOnlySpan<Vector<T>> column = _columns.AsSpan((d * _vectors) + j, 4);
                var number = new Vector<T>(p[d]);
                a += number * column[0];
                b += number * column[1];
                c += number * column[2];
                e += number * column[3];
            }

            (cosines[j], cosines[j + 1], cosines[j + 2], cosines[j + 3]) = (a, b, c, e);
        }
    }

    // The queries with the largest cosines above a bound, below which a loss is 0; of equal ones the first.
    private void Select(PixelBuffers pixel, int owner, T bound, int x, ReadOnlySpan<(int Left, int Right)> sight)
    {
        pixel.Chosen = 0;
        ReadOnlySpan<T> cosines = pixel.Cosines[.._count];
        (int free, int least) = (_count - sight.Length, 0);
        for (int k = 0; k < cosines.Length && _most > 0; k++)
        {
            if (!(cosines[k] > bound) || k == owner || (k >= free && (x < sight[k - free].Left || x >= sight[k - free].Right)))
            {
                continue;
            }

            if (pixel.Chosen < _most)
            {
                pixel.Queries[pixel.Chosen++] = k;
            }
            else
            {
                pixel.Queries[least] = k;
            }

            if (pixel.Chosen == _most)
            {
                least = Least(pixel);
                bound = cosines[pixel.Queries[least]];
            }
        }
    }

    // Where the smallest of the chosen stands; of equal ones the last that came.
    private static int Least(PixelBuffers pixel)
    {
        int least = 0;
        for (int i = 1; i < pixel.Chosen; i++)
        {
            (T own, T best) = (pixel.Cosines[pixel.Queries[i]], pixel.Cosines[pixel.Queries[least]]);
            if (own < best || (own == best && pixel.Queries[i] > pixel.Queries[least]))
            {
                least = i;
            }
        }

        return least;
    }

    // Gradients of the pixel's loss: dl/dp = Σ_k s_k M_k − (Σ_k s_k) M_o, through p = e / |e| to the embedding, and s_k p to each query.
    private void Differentiate(PixelBuffers pixel, int owner, T weight, T[] toQueries)
    {
        Span<T> gradient = pixel.Gradient;
        gradient.Clear();
        for (int i = 0; i < pixel.Chosen; i++)
        {
            Add(pixel.Queries[i], pixel.Slopes[i] * weight, pixel);
        }

        Add(owner, -pixel.OwnSlope * weight, pixel);
        ReadOnlySpan<T> p = pixel.Embedding;
        T along = VectorMath.Dot<T>(p, gradient);

        // An embedding of no length has no direction to turn from.
        T inverse = pixel.Length < T.CreateChecked(1e-12) ? T.Zero : T.One / pixel.Length;
        for (int d = 0; d < gradient.Length; d++)
        {
            gradient[d] = (gradient[d] - (along * p[d])) * inverse;
        }

        void Add(int query, T slope, PixelBuffers pixel)
        {
            VectorMath.AddScaled(pixel.Gradient, _queries.AsSpan(query * _dimension, _dimension), slope);
            VectorMath.AddScaled(toQueries.AsSpan(query * _dimension, _dimension), pixel.Embedding, slope);
        }
    }

    // The columns of a row in which each box's query is compared: those whose centres lie inside.
    private void Look(int y, Span<(int Left, int Right)> sight)
    {
        for (int k = 0; k < sight.Length; k++)
        {
            Box box = _target.Boxes[k];
            bool inside = y + 0.5 >= box.Y1 && y + 0.5 <= box.Y2;
            sight[k] = inside
                ? ((int)Math.Ceiling(Math.Max(box.X1, -1) - 0.5), (int)Math.Floor(Math.Min(box.X2, _across.Length + 1) - 0.5) + 1)
                : (0, 0);
        }
    }

    private static void Blend(ReadOnlySpan<T> first, ReadOnlySpan<T> second, float share, Span<T> result)
    {
        (Vector<T> a, Vector<T> b) = (new Vector<T>(T.CreateChecked(1 - share)), new Vector<T>(T.CreateChecked(share)));
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            ((a * new Vector<T>(first[i..])) + (b * new Vector<T>(second[i..]))).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (T.CreateChecked(1 - share) * first[i]) + (T.CreateChecked(share) * second[i]);
        }
    }

    // What Blend does, backwards.
    private static void Spread(ReadOnlySpan<T> gradient, float share, Span<T> first, Span<T> second)
    {
        VectorMath.AddScaled(first, gradient, T.CreateChecked(1 - share));
        if (share > 0)
        {
            VectorMath.AddScaled(second, gradient, T.CreateChecked(share));
        }
    }

    /// <summary>What is known of the pixel under way.</summary>
    private sealed class PixelBuffers(int dimension, int lanes, int queries)
    {
        private readonly T[] _embedding = new T[dimension];
        private readonly T[] _gradient = new T[dimension];
        private readonly T[] _cosines = new T[lanes];

        /// <summary>p, and before that the embedding it is the direction of.</summary>
        public Span<T> Embedding => _embedding;

        public Span<T> Gradient => _gradient;

        public Span<T> Cosines => _cosines;

        public int[] Queries { get; } = new int[queries];

        public T[] Slopes { get; } = new T[queries];

        public int Chosen { get; set; }

        public T Length { get; set; }

        public T OwnSlope { get; set; }
    }
}
