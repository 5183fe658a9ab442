using System.Numerics;

namespace Panoptes.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal one and QL steps with implicit shifts (Golub and
/// Van Loan, Matrix Computations, 8.3; EISPACK's TRED2 and TQL2). Takes about 4 n³ multiplications.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int MaxSteps = 60;

    private readonly int _n;
    private readonly double[] _diagonal;
    private readonly double[] _beside; // _beside[i] couples i and i + 1
    private readonly double[][] _vectors; // rows: eigenvectors in the end

    private SymmetricEigen(double[] matrix, int n)
    {
        _n = n;
        _diagonal = new double[n];
        _beside = new double[n];
        _vectors = [.. Enumerable.Range(0, n).Select(i => Unit(n, i))];
        Reduce(matrix);
        for (int i = 0; i < n; i++)
        {
            Converge(i);
        }
    }

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">n × n, symmetric, row by row; it is overwritten.</param>
    /// <param name="n">The matrix's size.</param>
    /// <returns>The eigenvalues, largest first, with their unit vectors. The largest entry of each vector is positive, which makes the result
    /// unique where no two eigenvalues are equal.</returns>
    public static (double[] Values, double[][] Vectors) Decompose(double[] matrix, int n)
    {
        SymmetricEigen eigen = new(matrix, n);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => eigen._diagonal[i])];
        return ([.. order.Select(i => eigen._diagonal[i])], [.. order.Select(i => Orient(eigen._vectors[i]))]);
    }

    /// <summary>
    /// Reduces the matrix from its last row on: in each step a reflection H = 1 − v vᵀ / s clears a row but for its neighbour of the diagonal. The
    /// reflections are gathered in the vectors, QᵀA Q = tridiagonal with Qᵀ = _vectors.
    /// </summary>
    private void Reduce(double[] a)
    {
        double[] p = new double[_n];
        List<(int Length, double[] V, double S)> reflections = [];
        for (int i = _n - 1; i > 0; i--)
        {
            Span<double> v = a.AsSpan(i * _n, i);
            double norm = Math.Sqrt(VectorMath.Dot<double>(v, v));
            double outside = norm - Math.Abs(v[i - 1]);
            if (outside <= 0)
            {
                // Only the neighbour of the diagonal is there already.
                _beside[i - 1] = v[i - 1];
                continue;
            }

            double g = v[i - 1] > 0 ? -norm : norm;
            _beside[i - 1] = g;
            double s = (norm * norm) - (v[i - 1] * g); // vᵀv / 2 of the reflection's vector
            v[i - 1] -= g;

            // A ← H A H = A − v qᵀ − q vᵀ with p = A v / s, q = p − (vᵀp / 2s) v
            for (int row = 0; row < i; row++)
            {
                p[row] = VectorMath.Dot<double>(a.AsSpan(row * _n, i), v) / s;
            }

            VectorMath.AddScaled(p.AsSpan(0, i), v, -VectorMath.Dot<double>(v, p.AsSpan(0, i)) / (2 * s));
            for (int row = 0; row < i; row++)
            {
                Span<double> target = a.AsSpan(row * _n, i);
                VectorMath.AddScaled(target, p.AsSpan(0, i), -v[row]);
                VectorMath.AddScaled(target, v, -p[row]);
            }

            reflections.Add((i, v.ToArray(), s));
        }

        for (int i = 0; i < _n; i++)
        {
            _diagonal[i] = a[(i * _n) + i];
        }

        // Qᵀ = H_last … H₁, multiplied from the right beginning with the last: it touches the fewest rows.
        for (int k = reflections.Count - 1; k >= 0; k--)
        {
            (int length, double[] v, double s) = reflections[k];
            for (int row = 0; row < length; row++)
            {
                double scaled = VectorMath.Dot<double>(_vectors[row].AsSpan(0, length), v) / s;
                VectorMath.AddScaled(_vectors[row].AsSpan(0, length), v, -scaled);
            }
        }
    }

    /// <summary>Makes the i-th neighbour of the diagonal 0 by QL steps on what follows it.</summary>
    private void Converge(int i)
    {
        for (int step = 0; ; step++)
        {
            int end = i;
            while (end < _n - 1 && Math.Abs(_beside[end]) > double.Epsilon
                && Math.Abs(_diagonal[end]) + Math.Abs(_diagonal[end + 1]) + Math.Abs(_beside[end])
                    != Math.Abs(_diagonal[end]) + Math.Abs(_diagonal[end + 1]))
            {
                end++;
            }

            if (end == i)
            {
                return;
            }

            if (step == MaxSteps)
            {
                throw new InvalidOperationException("The eigenvalues did not converge; is a number of the matrix not finite?");
            }

            Step(i, end);
        }
    }

    /// <summary>One QL step with Wilkinson's shift on rows <paramref name="first"/> to <paramref name="end"/>.</summary>
    private void Step(int first, int end)
    {
        double g = (_diagonal[first + 1] - _diagonal[first]) / (2 * _beside[first]);
        double r = Math.Sqrt((g * g) + 1);
        g = _diagonal[end] - _diagonal[first] + (_beside[first] / (g + Math.CopySign(r, g)));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = end - 1; i >= first; i--)
        {
            double f = s * _beside[i];
            double b = c * _beside[i];
            r = Math.Sqrt((f * f) + (g * g));
            _beside[i + 1] = r;
            if (r == 0)
            {
                _diagonal[i + 1] -= p;
                _beside[end] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = _diagonal[i + 1] - p;
            r = ((_diagonal[i] - g) * s) + (2 * c * b);
            p = s * r;
            _diagonal[i + 1] = g + p;
            g = (c * r) - b;
            Rotate(_vectors[i], _vectors[i + 1], c, s);
        }

        _diagonal[first] -= p;
        _beside[first] = g;
        _beside[end] = 0;
    }

    private static void Rotate(double[] x, double[] y, double c, double s)
    {
        Vector<double> cosine = new(c);
        Vector<double> sine = new(s);
        int k = 0;
        for (; k <= x.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            Vector<double> a = new(x, k);
            Vector<double> b = new(y, k);
            ((cosine * a) - (sine * b)).CopyTo(x, k);
            ((sine * a) + (cosine * b)).CopyTo(y, k);
        }

        for (; k < x.Length; k++)
        {
            (x[k], y[k]) = ((c * x[k]) - (s * y[k]), (s * x[k]) + (c * y[k]));
        }
    }

    private static double[] Unit(int n, int i)
    {
        double[] unit = new double[n];
        unit[i] = 1;
        return unit;
    }

    private static double[] Orient(double[] vector)
    {
        if (vector.MaxBy(Math.Abs) < 0)
        {
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] = -vector[i];
            }
        }

        return vector;
    }
}
