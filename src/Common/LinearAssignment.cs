namespace Panoptes;

/// <summary>
/// Pairs rows with columns so that the sum of their weights is largest: shortest augmenting paths with prices for rows and columns
/// (Jonker and Volgenant 1987; for rectangles, Crouse 2016, "On implementing 2D rectangular assignment algorithms").
/// </summary>
internal static class LinearAssignment
{
    /// <summary>Finds the pairs.</summary>
    /// <param name="weights">A weight for each row and column, row by row; finite.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <returns>The column of each row, or −1; as many pairs as there are rows or columns, whichever are fewer.</returns>
    /// <exception cref="ArgumentException">The number of weights is not rows × columns.</exception>
    public static int[] Maximize(ReadOnlySpan<double> weights, int rows, int columns)
    {
        if (weights.Length != rows * columns)
        {
            throw new ArgumentException($"{weights.Length} weights were given for {rows}x{columns} pairs.", nameof(weights));
        }

        int[] columnOfRow = new int[rows];
        Array.Fill(columnOfRow, -1);
        bool turned = rows > columns;
        double[] costs = new double[weights.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                costs[turned ? (column * rows) + row : (row * columns) + column] = -weights[(row * columns) + column];
            }
        }

        int[] rowOfColumn = Minimize(costs, Math.Min(rows, columns), Math.Max(rows, columns));
        for (int i = 0; i < rowOfColumn.Length; i++)
        {
            if (rowOfColumn[i] < 0)
            {
                continue;
            }

            (int row, int column) = turned ? (i, rowOfColumn[i]) : (rowOfColumn[i], i);
            columnOfRow[row] = column;
        }

        return columnOfRow;
    }

    /// <summary>Gives every row a column, of which there are at least as many, one row after the other.</summary>
    private static int[] Minimize(ReadOnlySpan<double> costs, int rows, int columns)
    {
        double[] rowPrices = new double[rows];
        double[] columnPrices = new double[columns];
        int[] rowOfColumn = new int[columns];
        Array.Fill(rowOfColumn, -1);
        double[] distances = new double[columns];
        int[] before = new int[columns];
        bool[] done = new bool[columns];
        for (int row = 0; row < rows; row++)
        {
            Array.Fill(distances, double.PositiveInfinity);
            Array.Fill(before, -1);
            Array.Clear(done);
            int end = -1;
            int last = -1;
            double length = 0;
            while (end < 0)
            {
                int current = last < 0 ? row : rowOfColumn[last];
                int nearest = -1;
                for (int column = 0; column < columns; column++)
                {
                    if (done[column])
                    {
                        continue;
                    }

                    double way = length + costs[(current * columns) + column] - rowPrices[current] - columnPrices[column];
                    if (way < distances[column])
                    {
                        (distances[column], before[column]) = (way, last);
                    }

                    // Of columns alike a free one, which ends the search.
                    if (nearest < 0 || distances[column] < distances[nearest]
                        || (distances[column] == distances[nearest] && rowOfColumn[column] < 0 && rowOfColumn[nearest] >= 0))
                    {
                        nearest = column;
                    }
                }

                done[nearest] = true;
                length = distances[nearest];
                last = nearest;
                end = rowOfColumn[nearest] < 0 ? nearest : -1;
            }

            // Prices keep every pair's reduced cost at 0 and that of all others at 0 or more.
            rowPrices[row] += length;
            for (int column = 0; column < columns; column++)
            {
                if (done[column] && column != end)
                {
                    rowPrices[rowOfColumn[column]] += length - distances[column];
                    columnPrices[column] -= length - distances[column];
                }
            }

            for (int column = end; column >= 0; column = before[column])
            {
                rowOfColumn[column] = before[column] < 0 ? row : rowOfColumn[before[column]];
            }
        }

        return rowOfColumn;
    }
}
