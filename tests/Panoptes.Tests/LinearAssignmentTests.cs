namespace Panoptes.Tests;

/// <summary>Pairs of largest sum, against every other way to pair.</summary>
public class LinearAssignmentTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(6, 6)]
    [InlineData(2, 6)]
    [InlineData(6, 2)]
    [InlineData(5, 6)]
    [InlineData(7, 4)]
    public void The_sum_is_the_largest_of_all_pairings(int rows, int columns)
    {
        Random random = new(rows + (100 * columns));
        for (int trial = 0; trial < 200; trial++)
        {
            // Half of the trials have many equal weights, and 0 as a forbidden pair has.
            double[] weights = new double[rows * columns];
            foreach (ref double weight in weights.AsSpan()) weight = trial % 2 == 0 ? random.NextDouble() - 0.3 : random.Next(3);

            int[] pairs = LinearAssignment.Maximize(weights, rows, columns);

            int[] used = [.. pairs.Where(column => column >= 0)];
            Assert.Equal(rows, pairs.Length);
            Assert.Equal(Math.Min(rows, columns), used.Length);
            Assert.Equal(used.Length, used.Distinct().Count());
            double sum = pairs.Select((column, row) => column < 0 ? 0 : weights[(row * columns) + column]).Sum();
            Assert.Equal(Best(weights, rows, columns, 0, 0, Math.Max(0, rows - columns)), sum, 1e-12);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void Nothing_is_paired_with_nothing(int rows, int columns) =>
        Assert.Equal(Enumerable.Repeat(-1, rows), LinearAssignment.Maximize([], rows, columns));

    [Fact]
    public void Two_hundred_objects_are_paired_with_themselves()
    {
        int count = 200;
        Random random = new(1);
        double[] weights = [.. Enumerable.Range(0, count * count).Select(_ => 0.4 * random.NextDouble())];
        int[] own = [.. Enumerable.Range(0, count)];
        random.Shuffle(own);
        for (int i = 0; i < count; i++) weights[(i * count) + own[i]] = 0.8;

        Assert.Equal(own, LinearAssignment.Maximize(weights, count, count));
    }

    [Fact]
    public void A_wrong_number_of_weights_is_refused() =>
        Assert.Throws<ArgumentException>(() => LinearAssignment.Maximize([1, 2, 3], 2, 2));

    // Rows may stay alone only where there are too many of them.
    private static double Best(double[] weights, int rows, int columns, int row, int used, int alone)
    {
        if (row == rows) return 0;
        double best = alone > 0 ? Best(weights, rows, columns, row + 1, used, alone - 1) : double.NegativeInfinity;
        for (int column = 0; column < columns; column++)
        {
            if ((used & (1 << column)) != 0) continue;
            best = Math.Max(
                best, weights[(row * columns) + column] + Best(weights, rows, columns, row + 1, used | (1 << column), alone));
        }

        return best;
    }
}
