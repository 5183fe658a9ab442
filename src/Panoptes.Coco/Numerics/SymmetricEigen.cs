namespace Panoptes.Coco.Numerics;

/// <summary>
/// The largest eigenvalues of a symmetric matrix with their vectors: Householder's reduction to a tridiagonal matrix, its eigenvalues,
/// inverse iteration for the vectors that are wanted, and the reductions backwards for those (Golub and Van Loan, Matrix Computations, 8.3
/// and 8.4.2). Takes about n³/3 + n² times the number of vectors multiplications.
/// </summary>
internal static class SymmetricEigen
{
    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">n × n, symmetric, row by row; only the lower triangle is read, and it is overwritten.</param>
    /// <param name="n">The matrix's size.</param>
    /// <param name="count">How many eigenvalues are wanted, at most n; null for all.</param>
    /// <returns>The eigenvalues, largest first, with their unit vectors. The largest entry of each vector is positive, which makes the
    /// result unique where no two eigenvalues are equal.</returns>
    public static (double[] Values, double[][] Vectors) Decompose(double[] matrix, int n, int? count = null)
    {
        HouseholderReduction reduction = new(matrix, n);
        (double[] values, double[][] vectors) = TridiagonalEigen.Decompose(reduction.Diagonal, reduction.OffDiagonal, count ?? n);
        Parallel.For(0, vectors.Length, i =>
        {
            reduction.Return(vectors[i]);
            Orient(vectors[i]);
        });
        return (values, vectors);
    }

    /// <summary>Gives a vector the length 1.</summary>
    public static void Normalize(Span<double> vector)
    {
        double largest = 0; // first, since the squares of what inverse iteration gives may be too large
        foreach (double entry in vector)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        if (largest > 0)
        {
            Scale(vector, 1 / largest);
            Scale(vector, 1 / Math.Sqrt(VectorMath.Dot<double>(vector, vector)));
        }
    }

    /// <summary>Turns a vector so that its largest entry is positive.</summary>
    public static void Orient(double[] vector)
    {
        if (vector.MaxBy(Math.Abs) < 0)
        {
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] = -vector[i];
            }
        }
    }

    private static void Scale(Span<double> vector, double factor)
    {
        foreach (ref double entry in vector)
        {
            entry *= factor;
        }
    }
}
