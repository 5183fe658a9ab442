using System.Numerics;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The triplet loss of one image in plain arrays, with gradients by hand. Strips of it may be run by several threads.</summary>
/// <typeparam name="T">The embedding's type, float or double.</typeparam>
internal sealed class TripletImage<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CiaeConfig _config;
    private readonly TripletTarget _target;
    private readonly int _dimension;
    private readonly int _width;
    private readonly BilinearTap[] _down;
    private readonly BilinearTap[] _across;
    private readonly T[] _embedding; // [h, w, D]
    private readonly TripletQueries<T> _queries;

    /// <summary>Copies the embedding and the queries.</summary>
    public TripletImage(CiaeConfig config, TripletTarget target)
    {
        _config = config;
        _target = target;
        (_dimension, Rows, _width) = ((int)target.Embedding.Size(0), (int)target.Embedding.Size(1), (int)target.Embedding.Size(2));
        _down = BilinearTap.Of(Rows, target.Factor);
        _across = BilinearTap.Of(_width, target.Factor);
        _embedding = target.Embedding.Detach().Permute([1, 2, 0]).ToArray<T>();
        _queries = new TripletQueries<T>(target.Queries);
    }

    /// <summary>Rows of the embedding, h.</summary>
    public int Rows { get; }

    /// <summary>Pixels for each row of the embedding.</summary>
    public int PixelsOfRow => _across.Length * _target.Factor;

    /// <summary>Computes a strip.</summary>
    /// <param name="first">The embedding's first row.</param>
    /// <param name="end">The row behind its last.</param>
    /// <param name="learns">Whether gradients are taken.</param>
    /// <param name="chosen">For each pixel of the image whether it counts; null counts all that have a label.</param>
    /// <param name="losses">Receives each pixel's loss, with its weight; null keeps only their sum.</param>
    public TripletPart<T> Run(int first, int end, bool learns, bool[]? chosen, Memory<T>? losses)
    {
        // Bilinear enlargement looks at a row more on either side.
        (int from, int to) = _target.Factor == 1 ? (first, end) : (Math.Max(first - 1, 0), Math.Min(end + 1, Rows));
        int line = _width * _dimension;
        T[] gradient = new T[learns ? (to - from) * line : 0];
        T[] toQueries = new T[learns ? _queries.Rows.Length : 0];
        T[] row = new T[line];
        T[] toRow = new T[learns ? line : 0];
        (int Left, int Right)[] sight = new (int Left, int Right)[_target.Boxes.Count];
        TripletPixel<T> pixel = new(_config, _queries);
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
                T loss = pixel.Compare(owner, x, sight) * weight;
                sum += double.CreateChecked(loss);
                if (losses is { } each)
                {
                    each.Span[at] = loss;
                }

                if (learns)
                {
                    ReadOnlySpan<T> found = pixel.Differentiate(owner, weight, toQueries);
                    Spread(found, h.Share, toRow.AsSpan(left, _dimension), toRow.AsSpan(right, _dimension));
                }
            }

            if (learns)
            {
                Spread(toRow, v.Share, gradient.AsSpan((v.First - from) * line, line), gradient.AsSpan((v.Second - from) * line, line));
            }
        }

        return new TripletPart<T>(sum, from, gradient, toQueries);
    }

    /// <summary>Adds up the strips of the image.</summary>
    /// <param name="parts">The strips.</param>
    /// <param name="learns">Whether they have gradients.</param>
    /// <returns>The loss, the gradient of the embedding [h, w, D] and of the queries [K, D]; empty without learning.</returns>
    public (double Loss, T[] Gradient, T[] ToQueries) Join(IEnumerable<TripletPart<T>> parts, bool learns)
    {
        double loss = 0;
        T[] gradient = new T[learns ? _embedding.Length : 0];
        T[] toQueries = new T[learns ? _queries.Rows.Length : 0];
        foreach (TripletPart<T> part in parts)
        {
            loss += part.Loss;
            VectorMath.AddScaled(
                gradient.AsSpan(learns ? part.FirstRow * _width * _dimension : 0, part.Gradient.Length), part.Gradient, T.One);
            VectorMath.AddScaled(toQueries, part.ToQueries, T.One);
        }

        return (loss, gradient, toQueries);
    }

    // The columns of a row in which each box's query is compared: those whose centers lie inside.
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
}
