namespace Panoptes.Imaging;

/// <summary>Eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5).</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>
    /// The unit eigenvectors of the largest eigenvalues, largest first; fewer where fewer eigenvalues differ from 0. The largest entry
    /// of each is positive, which makes the result unique.
    /// </summary>
    /// <param name="matrix">n x n, symmetric; it is overwritten.</param>
    /// <param name="n">The matrix's size.</param>
    /// <param name="count">The most vectors to return.</param>
    public static double[][] LargestVectors(double[] matrix, int n, int count)
    {
        double[] vectors = new double[n * n];
        for (int i = 0; i < n; i++)
            vectors[(i * n) + i] = 1;
        for (int sweep = 0; sweep < MaxSweeps && !IsDiagonal(matrix, n); sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                    Rotate(matrix, vectors, n, p, q);
            }
        }

        double largest = Enumerable.Range(0, n).Max(i => matrix[(i * n) + i]);
        return [.. Enumerable.Range(0, n)
            .Where(i => matrix[(i * n) + i] > largest * 1e-12)
            .OrderByDescending(i => matrix[(i * n) + i])
            .Take(count)
            .Select(i => Oriented(vectors, n, i))];
    }

    private static bool IsDiagonal(double[] matrix, int n)
    {
        double diagonal = 0, rest = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double square = matrix[(i * n) + j] * matrix[(i * n) + j];
                if (i == j)
                    diagonal += square;
                else
                    rest += square;
            }
        }

        return rest <= diagonal * 1e-24;
    }

    private static void Rotate(double[] a, double[] v, int n, int p, int q)
    {
        double off = a[(p * n) + q];
        if (off == 0)
            return;
        double theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * off);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1);
        double s = t * c;
        for (int k = 0; k < n; k++)
            Turn(ref a[(k * n) + p], ref a[(k * n) + q], c, s);
        for (int k = 0; k < n; k++)
            Turn(ref a[(p * n) + k], ref a[(q * n) + k], c, s);
        for (int k = 0; k < n; k++)
            Turn(ref v[(k * n) + p], ref v[(k * n) + q], c, s);
    }

    private static void Turn(ref double x, ref double y, double c, double s) => (x, y) = ((c * x) - (s * y), (s * x) + (c * y));

    private static double[] Oriented(double[] vectors, int n, int column)
    {
        double[] vector = new double[n];
        for (int i = 0; i < n; i++)
            vector[i] = vectors[(i * n) + column];
        double dominant = vector.MaxBy(Math.Abs);
        if (dominant < 0)
        {
            for (int i = 0; i < n; i++)
                vector[i] = -vector[i];
        }

        return vector;
    }
}
