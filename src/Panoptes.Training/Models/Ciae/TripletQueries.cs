using System.Numerics;
using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The queries of an image in plain arrays, so laid out that a pixel meets many of them at once.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class TripletQueries<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector<T>[] _columns; // [D, K / lanes], padded with zeros
    private readonly int _vectors;

    /// <summary>Copies the queries.</summary>
    /// <param name="queries">[K, D].</param>
    public TripletQueries(Tensor queries)
    {
        (Count, Dimension) = ((int)queries.Size(0), (int)queries.Size(1));
        Rows = queries.Detach().To(Tensor.TypeOf<T>()).ToArray<T>();
        int lanes = Vector<T>.Count;
        _vectors = (Count + (4 * lanes) - 1) / (4 * lanes) * 4;
        _columns = new Vector<T>[Dimension * _vectors];
        Span<T> columns = MemoryMarshal.Cast<Vector<T>, T>(_columns.AsSpan());
        for (int k = 0; k < Count; k++)
        {
            for (int d = 0; d < Dimension; d++)
            {
                columns[(d * _vectors * lanes) + k] = Rows[(k * Dimension) + d];
            }
        }
    }

    /// <summary>Number of queries, K.</summary>
    public int Count { get; }

    /// <summary>Numbers of a query, D.</summary>
    public int Dimension { get; }

    /// <summary>Length that <see cref="Cosines"/> fills: K and a few more.</summary>
    public int Padded => _vectors * Vector<T>.Count;

    /// <summary>[K, D].</summary>
    public T[] Rows { get; }

    /// <summary>One query.</summary>
    public ReadOnlySpan<T> this[int query] => Rows.AsSpan(query * Dimension, Dimension);

    /// <summary>p · M_k for all queries: each of the pixel's numbers meets as many queries at once as vectors hold.</summary>
    /// <param name="p">A unit vector, D numbers.</param>
    /// <param name="cosines">Receives <see cref="Padded"/> numbers, of which the first K count.</param>
    public void Cosines(ReadOnlySpan<T> p, Span<T> cosines)
    {
        Span<Vector<T>> results = MemoryMarshal.Cast<T, Vector<T>>(cosines);
        for (int j = 0; j < _vectors; j += 4)
        {
            (Vector<T> a, Vector<T> b) = (Vector<T>.Zero, Vector<T>.Zero);
            (Vector<T> c, Vector<T> e) = (Vector<T>.Zero, Vector<T>.Zero);
            for (int d = 0; d < p.Length; d++)
            {
                ReadOnlySpan<Vector<T>> column = _columns.AsSpan((d * _vectors) + j, 4);
                Vector<T> number = new(p[d]);
                a += number * column[0];
                b += number * column[1];
                c += number * column[2];
                e += number * column[3];
            }

            (results[j], results[j + 1], results[j + 2], results[j + 3]) = (a, b, c, e);
        }
    }
}
