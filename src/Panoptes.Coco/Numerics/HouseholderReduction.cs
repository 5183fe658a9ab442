using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes.Coco.Numerics;

/// <summary>
/// Reduces a symmetric matrix to a tridiagonal one, from its last row on: in each step a reflection H = 1 − v vᵀ / s clears a row but for
/// its neighbor of the diagonal. Only the lower triangle is kept, and a step changes it (A ← A − v qᵀ − q vᵀ) in the same pass over memory
/// in which the next one's product A v is computed.
/// </summary>
internal sealed class HouseholderReduction
{
    private readonly int _n;
    private readonly double[] _matrix; // row i holds the i numbers of its reflection's v in the end
    private readonly double[] _s; // 0 where a row needed none

    /// <param name="matrix">n × n, row by row; only the lower triangle is read, and it is overwritten.</param>
    /// <param name="n">The matrix's size.</param>
    public HouseholderReduction(double[] matrix, int n)
    {
        (_n, _matrix, _s) = (n, matrix, new double[n]);
        Diagonal = new double[n];
        OffDiagonal = new double[n];
        double[] p = new double[n];
        double[] q = new double[n];
        double[] none = new double[n];
        Span<double> last = none;
        for (int i = n - 1; i > 0; i--)
        {
            // The pending change, of the step before, only to this row; then the row's reflection is known.
            Span<double> row = Row(i);
            Diagonal[i] = matrix[(i * n) + i] - (2 * last[i] * q[i]);
            VectorMath.AddScaled<double>(row, q.AsSpan(0, i), -last[i]);
            VectorMath.AddScaled<double>(row, last[..i], -q[i]);
            Reflect(row, i);

            // The change to the rows before it, with p = A v; then q = p − (vᵀp / 2s) v.
            Span<double> v = _s[i] > 0 ? row : none.AsSpan(0, i);
            Array.Clear(p, 0, i);
            int r = 0;
            if (i % 2 != 0)
            {
                ChangeAndMultiply(r++, last, q, v, p);
            }

            for (; r < i; r += 2)
            {
                ChangeAndMultiplyTwo(r, last, q, v, p);
            }

            double scale = _s[i] > 0 ? 1 / _s[i] : 0;
            for (int k = 0; k < i; k++)
            {
                q[k] = p[k] * scale;
            }

            VectorMath.AddScaled<double>(q.AsSpan(0, i), v, -VectorMath.Dot<double>(v, q.AsSpan(0, i)) * scale / 2);
            last = v;
        }

        Diagonal[0] = n > 1 ? matrix[0] - (2 * last[0] * q[0]) : matrix[0];
    }

    /// <summary>The tridiagonal matrix's diagonal.</summary>
    public double[] Diagonal { get; }

    /// <summary>The numbers next to its diagonal: the i-th couples i and i + 1. The last is 0.</summary>
    public double[] OffDiagonal { get; }

    /// <summary>Turns a vector of the tridiagonal matrix into one of the matrix, in place.</summary>
    public void Return(double[] vector)
    {
        for (int i = 1; i < _n; i++)
        {
            if (_s[i] > 0)
            {
                Span<double> part = vector.AsSpan(0, i);
                VectorMath.AddScaled<double>(part, Row(i), -VectorMath.Dot<double>(Row(i), part) / _s[i]);
            }
        }
    }

    private Span<double> Row(int i) => _matrix.AsSpan(i * _n, i);

    /// <summary>Makes a row the v of the reflection that clears it.</summary>
    private void Reflect(Span<double> row, int i)
    {
        double norm = Math.Sqrt(VectorMath.Dot<double>(row, row));
        double offDiagonal = row[i - 1];
        if (norm - Math.Abs(offDiagonal) <= 0)
        {
            OffDiagonal[i - 1] = offDiagonal; // only the neighbor of the diagonal is there already
            return;
        }

        double g = offDiagonal > 0 ? -norm : norm;
        OffDiagonal[i - 1] = g;
        _s[i] = (norm * norm) - (offDiagonal * g); // vᵀv / 2
        row[i - 1] -= g;
    }

    /// <summary>
    /// Makes the pending change to a row up to its diagonal, and adds its part, and that of the column which mirrors it, to p = A v.
    /// </summary>
    /// <param name="r">The row.</param>
    /// <param name="last">The v of the pending change.</param>
    /// <param name="q">Its q.</param>
    /// <param name="v">What the matrix is multiplied by.</param>
    /// <param name="p">The product; its first r + 1 numbers are added to.</param>
    /// <param name="from">Up to here both are done.</param>
    private void ChangeAndMultiply(
        int r, ReadOnlySpan<double> last, ReadOnlySpan<double> q, ReadOnlySpan<double> v, Span<double> p, int from = 0)
    {
        Span<double> row = _matrix.AsSpan(r * _n, r + 1);
        (double lastR, double qR, double vR) = (last[r], q[r], v[r]);
        double sum = 0;
        for (int c = from; c < r; c++)
        {
            row[c] -= (lastR * q[c]) + (qR * last[c]);
            sum += row[c] * v[c];
            p[c] += row[c] * vR;
        }

        row[r] -= 2 * lastR * qR;
        p[r] += sum + (row[r] * vR);
    }

    /// <summary>The same for a row and the next at once, which takes the vectors from memory half as often.</summary>
    private void ChangeAndMultiplyTwo(int r, ReadOnlySpan<double> last, ReadOnlySpan<double> q, ReadOnlySpan<double> v, Span<double> p)
    {
        ref double rowA = ref _matrix[r * _n];
        ref double rowB = ref _matrix[(r + 1) * _n];
        ref double lastOfAll = ref MemoryMarshal.GetReference(last[..(r + 1)]);
        ref double qOfAll = ref MemoryMarshal.GetReference(q[..(r + 1)]);
        ref double vOfAll = ref MemoryMarshal.GetReference(v[..(r + 1)]);
        ref double pOfAll = ref MemoryMarshal.GetReference(p[..(r + 1)]);
        (Vector<double> lastA, Vector<double> qA, Vector<double> vA) = (new(last[r]), new(q[r]), new(v[r]));
        (Vector<double> lastB, Vector<double> qB, Vector<double> vB) = (new(last[r + 1]), new(q[r + 1]), new(v[r + 1]));
        Vector<double> sumA = Vector<double>.Zero;
        Vector<double> sumB = Vector<double>.Zero;
        int c = 0;
        for (; c <= r - Vector<double>.Count; c += Vector<double>.Count)
        {
            Vector<double> ownQ = Vector.LoadUnsafe(ref qOfAll, (nuint)c);
            Vector<double> ownLast = Vector.LoadUnsafe(ref lastOfAll, (nuint)c);
            Vector<double> ownV = Vector.LoadUnsafe(ref vOfAll, (nuint)c);
            Vector<double> a = Vector.LoadUnsafe(ref rowA, (nuint)c) - ((lastA * ownQ) + (qA * ownLast));
            Vector<double> b = Vector.LoadUnsafe(ref rowB, (nuint)c) - ((lastB * ownQ) + (qB * ownLast));
            a.StoreUnsafe(ref rowA, (nuint)c);
            b.StoreUnsafe(ref rowB, (nuint)c);
            sumA += a * ownV;
            sumB += b * ownV;
            (Vector.LoadUnsafe(ref pOfAll, (nuint)c) + (a * vA) + (b * vB)).StoreUnsafe(ref pOfAll, (nuint)c);
        }

        p[r] += Vector.Sum(sumA);
        p[r + 1] += Vector.Sum(sumB);
        ChangeAndMultiply(r, last, q, v, p, c);
        ChangeAndMultiply(r + 1, last, q, v, p, c);
    }
}
