using Panoptes.Coco.Numerics;

namespace Panoptes.Coco.Tests.Numerics;

public class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(131)]
    public void Vectors_are_orthonormal_and_give_the_matrix_back(int n) => Check(Random(n), n);

    /// <summary>
    /// Ones everywhere have the values n and, often, 0; few vectors' products are a matrix of low rank, as few masks' covariance is.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(30)]
    public void Values_that_are_equal_or_nothing_have_orthonormal_vectors_too(int rank)
    {
        const int n = 60;
        Random random = new(rank);
        double[] matrix = new double[n * n];
        for (int k = 0; k < Math.Max(rank, 1); k++)
        {
            double[] v = [.. Enumerable.Range(0, n).Select(_ => rank == 0 ? 1 : random.NextDouble() - 0.5)];
            for (int i = 0; i < matrix.Length; i++)
            {
                matrix[i] += v[i / n] * v[i % n];
            }
        }

        Check(matrix, n);
    }

    [Fact]
    public void The_largest_values_alone_are_those_of_all()
    {
        const int n = 90;
        (double[] all, double[][] allVectors) = SymmetricEigen.Decompose(Random(n), n);
        (double[] values, double[][] vectors) = SymmetricEigen.Decompose(Random(n), n, 7);
        Assert.Equal(all[..7], values);
        Assert.Equal(allVectors[..7], vectors);
    }

    [Fact]
    public void Blocks_of_the_same_values_have_vectors_of_their_own()
    {
        // Twice the same 3x3 matrix: each value comes twice.
        double[] block = [4, 1, 2, 1, 3, 0, 2, 0, 1];
        double[] matrix = new double[36];
        for (int i = 0; i < 18; i++)
        {
            (int half, int at) = Math.DivRem(i, 9);
            matrix[(((half * 3) + (at / 3)) * 6) + (half * 3) + (at % 3)] = block[at];
        }

        Check(matrix, 6);
    }

    private static void Check(double[] matrix, int n)
    {
        (double[] values, double[][] vectors) = SymmetricEigen.Decompose((double[])matrix.Clone(), n);
        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < n; i++)
        {
            Assert.True(vectors[i].MaxBy(Math.Abs) > 0);
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 1 : 0, vectors[i].Zip(vectors[j], (a, b) => a * b).Sum(), 1e-12 * n);
                double back = Enumerable.Range(0, n).Sum(k => values[k] * vectors[k][i] * vectors[k][j]);
                Assert.Equal(matrix[(i * n) + j], back, 1e-11 * n);
            }
        }
    }

    [Fact]
    public void A_diagonal_matrix_and_equal_values_are_no_trouble()
    {
        (double[] values, double[][] vectors) = SymmetricEigen.Decompose([2, 0, 0, 0, 5, 0, 0, 0, 2], 3);
        Assert.Equal([5, 2, 2], values);
        Assert.Equal([0, 1, 0], vectors[0]);
        Assert.Equal([0, 0], SymmetricEigen.Decompose(new double[4], 2).Values);
    }

    /// <summary>The second difference: 2 − 2 cos(k π / (n + 1)), k = 1 to n.</summary>
    [Fact]
    public void Known_eigenvalues_are_found()
    {
        const int n = 40;
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = 2;
            if (i > 0)
            {
                matrix[(i * n) + i - 1] = matrix[((i - 1) * n) + i] = -1;
            }
        }

        double[] expected = [.. Enumerable.Range(1, n).Select(k => 2 - (2 * Math.Cos(k * Math.PI / (n + 1)))).OrderDescending()];
        Assert.All(SymmetricEigen.Decompose(matrix, n).Values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    private static double[] Random(int n)
    {
        Random random = new(n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * n) + j] = matrix[(j * n) + i] = random.NextDouble() - 0.5;
            }
        }

        return matrix;
    }
}
