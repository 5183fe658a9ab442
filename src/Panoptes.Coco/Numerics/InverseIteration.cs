namespace Panoptes.Coco.Numerics;

/// <summary>
/// Solves (T − λ) x = b for a symmetric tridiagonal T, by elimination with exchange of rows: for an eigenvalue λ the solution is nearly its
/// vector, whatever b is. A pivot of nothing is replaced by the smallest number that counts next to T.
/// </summary>
internal sealed class InverseIteration
{
    private readonly double[] _pivots; // the upper triangle's diagonal, and the two diagonals next to it
    private readonly double[] _second;
    private readonly double[] _third;
    private readonly double[] _factors; // what of each row was taken from the next
    private readonly bool[] _exchanged;

    /// <param name="diagonal">T's diagonal: n numbers.</param>
    /// <param name="offDiagonal">The numbers next to it: n of them; the last does not matter.</param>
    /// <param name="value">λ.</param>
    /// <param name="least">The least pivot, above 0.</param>
    public InverseIteration(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal, double value, double least)
    {
        int n = diagonal.Length;
        (_pivots, _second, _third) = (new double[n], new double[n], new double[n]);
        (_factors, _exchanged) = (new double[n], new bool[n]);
        double pivot = diagonal[0] - value;
        double second = n > 1 ? offDiagonal[0] : 0;
        for (int i = 0; i < n - 1; i++)
        {
            double below = offDiagonal[i];
            double nextDiagonal = diagonal[i + 1] - value;
            double nextOffDiagonal = i + 1 < n - 1 ? offDiagonal[i + 1] : 0;
            _exchanged[i] = Math.Abs(below) > Math.Abs(pivot);
            if (_exchanged[i])
            {
                _factors[i] = pivot / below;
                (_pivots[i], _second[i], _third[i]) = (below, nextDiagonal, nextOffDiagonal);
                (pivot, second) = (second - (_factors[i] * nextDiagonal), -_factors[i] * nextOffDiagonal);
            }
            else
            {
                pivot = AtLeast(pivot, least);
                _factors[i] = below / pivot;
                (_pivots[i], _second[i]) = (pivot, second);
                (pivot, second) = (nextDiagonal - (_factors[i] * second), nextOffDiagonal);
            }
        }

        _pivots[n - 1] = AtLeast(pivot, least);
    }

    /// <summary>Solves for one right side, in place.</summary>
    public void Solve(Span<double> x)
    {
        for (int i = 0; i < x.Length - 1; i++)
        {
            if (_exchanged[i])
            {
                (x[i], x[i + 1]) = (x[i + 1], x[i]);
            }

            x[i + 1] -= _factors[i] * x[i];
        }

        for (int i = x.Length - 1; i >= 0; i--)
        {
            double rest = x[i];
            rest -= i + 1 < x.Length ? _second[i] * x[i + 1] : 0;
            rest -= i + 2 < x.Length ? _third[i] * x[i + 2] : 0;
            x[i] = rest / _pivots[i];
        }
    }

    private static double AtLeast(double pivot, double least) => Math.Abs(pivot) >= least ? pivot : Math.CopySign(least, pivot);
}
