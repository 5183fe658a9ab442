using System.Numerics;

namespace Panoptes.Numerics;

/// <summary>
/// Reduces a symmetric matrix to a tridiagonal one, from its last row on: in each step a reflection H = 1 − v vᵀ / s clears a row but for its neighbour
/// of the diagonal. Only the lower triangle is kept, and a step changes it (A ← A − v qᵀ − q vᵀ) in the same pass over memory in which the
/// next one's product A v is computed.
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
        Beside = new double[n];
        double[] p = new double[n];
        double[] q = new double[n];
        double[] none = new double[n];
        Span<double> last = none;
        for (int i = n - 1; i > 0; i--)
        {
            // The pending change, of the step before, to this row alone; then the row's reflection is known.
            Span<double> row = Row(i);
            Diagonal[i] = matrix[(i * n) + i] - (2 * last[i] * q[i]);
            VectorMath.AddScaled<double>(row, q.AsSpan(0, i), -last[i]);
            VectorMath.AddScaled<double>(row, last[..i], -q[i]);
            Reflect(row, i);

            // The change to the rows before it, with p = A v; then q = p − (vᵀp / 2s) v.
            Span<double> v = _s[i] > 0 ? row : none.AsSpan(0, i);
            Array.Clear(p, 0, i);
            for (int r = 0; r < i; r++)
            {
                ChangeAndMultiply(r, last, q, v, p);
            }

            double scale = _s[i] > 0 ? 1 / _s[i] : 0;
            for (int r = 0; r < i; r++)
            {
                q[r] = p[r] * scale;
            }

            VectorMath.AddScaled<double>(q.AsSpan(0, i), v, -VectorMath.Dot<double>(v, q.AsSpan(0, i)) * scale / 2);
            last = v;
        }

        Diagonal[0] = n > 1 ? matrix[0] - (2 * last[0] * q[0]) : matrix[0];
    }

    /// <summary>The tridiagonal matrix's diagonal.</summary>
    public double[] Diagonal { get; }

    /// <summary>The numbers beside its diagonal: the i-th couples i and i + 1. The last is 0.</summary>
    public double[] Beside { get; }

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
        double beside = row[i - 1];
        if (norm - Math.Abs(beside) <= 0)
        {
            Beside[i - 1] = beside; // only the neighbour of the diagonal is there already
            return;
        }

        double g = beside > 0 ? -norm : norm;
        Beside[i - 1] = g;
        _s[i] = (norm * norm) - (beside * g); // vᵀv / 2
        row[i - 1] -= g;
    }

    /// <summary>Makes the pending change to a row up to its diagonal, and adds its part, and that of the column which mirrors it, to p = A v.</summary>
    private void ChangeAndMultiply(int r, ReadOnlySpan<double> last, ReadOnlySpan<double> q, ReadOnlySpan<double> v, Span<double> p)
    {
        Span<double> row = _matrix.AsSpan(r * _n, r + 1);
        (double lastR, double qR, double vR) = (last[r], q[r], v[r]);
        Vector<double> sums = Vector<double>.Zero;
        int c = 0;
        for (; c <= r - Vector<double>.Count; c += Vector<double>.Count)
        {
            Vector<double> changed = new Vector<double>(row[c..]) - (lastR * new Vector<double>(q[c..])) - (qR * new Vector<double>(last[c..]));
            changed.CopyTo(row[c..]);
            sums += changed * new Vector<double>(v[c..]);
            (new Vector<double>(p[c..]) + (changed * vR)).CopyTo(p[c..]);
        }

        double sum = Vector.Sum(sums);
        for (; c < r; c++)
        {
            row[c] -= (lastR * q[c]) + (qR * last[c]);
            sum += row[c] * v[c];
            p[c] += row[c] * vR;
        }

        row[r] -= 2 * lastR * qR;
        p[r] += sum + (row[r] * vR);
    }
}
