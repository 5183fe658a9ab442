namespace Panoptes.Coco.Numerics;

/// <summary>
/// The largest eigenvalues of a symmetric tridiagonal matrix with their vectors: QL steps with implicit shifts (EISPACK's TQL1) in each
/// block that numbers next to the diagonal hold together, then inverse iteration, each vector made orthogonal to the ones before (as
/// LAPACK's DSTEIN does for eigenvalues that lie close together).
/// </summary>
internal static class TridiagonalEigen
{
    private const int MaxSteps = 60;
    private const int InverseSteps = 3;
    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="diagonal">Its diagonal: n numbers.</param>
    /// <param name="offDiagonal">The numbers next to it, the i-th couples i and i + 1; n numbers, of which the last is 0.</param>
    /// <param name="count">How many eigenvalues are wanted.</param>
    /// <returns>The eigenvalues, largest first, with their unit vectors.</returns>
    public static (double[] Values, double[][] Vectors) Decompose(double[] diagonal, double[] offDiagonal, int count)
    {
        int n = diagonal.Length;
        double norm = Enumerable.Range(0, n).Max(
            i => Math.Abs(diagonal[i]) + Math.Abs(offDiagonal[i]) + (i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0));
        List<(double Value, int First, int End)> found = [];
        for (int first = 0, end; first < n; first = end)
        {
            end = first + 1;
            while (end < n && Math.Abs(offDiagonal[end - 1]) > Epsilon * norm)
            {
                end++;
            }

            foreach (double value in Values(diagonal[first..end], [.. offDiagonal[first..(end - 1)], 0]))
            {
                found.Add((value, first, end));
            }
        }

        (double Value, int First, int End)[] wanted = [.. found.OrderByDescending(f => f.Value).Take(count)];
        double[][] vectors = new double[count][];
        ulong random = 1;
        for (int i = 0; i < count; i++)
        {
            (double value, int first, int end) = wanted[i];
            vectors[i] = new double[n];
            Span<double> vector = vectors[i].AsSpan(first, end - first);
            if (vector.Length == 1)
            {
                vector[0] = 1;
                continue;
            }

            InverseIteration iteration = new(
                diagonal.AsSpan(first, end - first), offDiagonal.AsSpan(first, end - first), value, Epsilon * norm);
            foreach (ref double start in vector)
            {
                start = (SplitMix64.Next(ref random) / (double)ulong.MaxValue) - 0.5;
            }

            for (int step = 0; step < InverseSteps; step++)
            {
                iteration.Solve(vector);
                SymmetricEigen.Normalize(vector);
                for (int j = 0; j < i && step > 0; j++)
                {
                    if (wanted[j].First == first)
                    {
                        ReadOnlySpan<double> other = vectors[j].AsSpan(first, end - first);
                        VectorMath.AddScaled(vector, other, -VectorMath.Dot<double>(vector, other));
                    }
                }

                SymmetricEigen.Normalize(vector);
            }
        }

        return ([.. wanted.Select(w => w.Value)], vectors);
    }

    /// <summary>All eigenvalues of a matrix, which is overwritten.</summary>
    private static double[] Values(double[] diagonal, double[] offDiagonal)
    {
        int n = diagonal.Length;
        for (int i = 0; i < n; i++)
        {
            for (int step = 0; ; step++)
            {
                int end = i;
                while (end < n - 1 && Math.Abs(offDiagonal[end]) > Epsilon * (Math.Abs(diagonal[end]) + Math.Abs(diagonal[end + 1])))
                {
                    end++;
                }

                if (end == i)
                {
                    break;
                }

                if (step == MaxSteps)
                {
                    throw new InvalidOperationException("The eigenvalues did not converge; is a number of the matrix not finite?");
                }

                Step(diagonal, offDiagonal, i, end);
            }
        }

        return diagonal;
    }

    /// <summary>One QL step with Wilkinson's shift on rows <paramref name="first"/> to <paramref name="end"/>.</summary>
    private static void Step(double[] diagonal, double[] offDiagonal, int first, int end)
    {
        double g = (diagonal[first + 1] - diagonal[first]) / (2 * offDiagonal[first]);
        double r = Math.Sqrt((g * g) + 1);
        g = diagonal[end] - diagonal[first] + (offDiagonal[first] / (g + Math.CopySign(r, g)));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = end - 1; i >= first; i--)
        {
            double f = s * offDiagonal[i];
            double b = c * offDiagonal[i];
            r = Math.Sqrt((f * f) + (g * g));
            offDiagonal[i + 1] = r;
            if (r == 0)
            {
                diagonal[i + 1] -= p;
                offDiagonal[end] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = diagonal[i + 1] - p;
            r = ((diagonal[i] - g) * s) + (2 * c * b);
            p = s * r;
            diagonal[i + 1] = g + p;
            g = (c * r) - b;
        }

        diagonal[first] -= p;
        offDiagonal[first] = g;
        offDiagonal[end] = 0;
    }
}
