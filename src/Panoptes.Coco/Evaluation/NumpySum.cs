namespace Panoptes.Coco.Evaluation;

/// <summary>
/// <c>numpy.sum</c> of a contiguous array, number by number, to the last bit: buffers of 8192 numbers one after the other, each summed
/// pairwise.
/// </summary>
/// <param name="most">How many numbers may come.</param>
internal sealed class NumpySum(int most)
{
    private const int Unrolled = 8;
    private const int BlockSize = 128;
    private const int BufferSize = 8192;

    private readonly double[] _buffer = new double[Math.Min(most, BufferSize)];
    private int _filled;
    private double _sum;

    /// <summary>How many numbers were added.</summary>
    public int Count { get; private set; }

    /// <summary>Their sum.</summary>
    public double Total => _sum + PairwiseSum(_buffer.AsSpan(0, _filled));

    /// <summary>Their mean; −1 of none, as in pycocotools' summary.</summary>
    public double MeanOrUndefined => Count == 0 ? -1 : Total / Count;

    /// <summary>Adds the next number.</summary>
    public void Add(double value)
    {
        if (_filled == BufferSize)
        {
            (_sum, _filled) = (Total, 0);
        }

        _buffer[_filled++] = value;
        Count++;
    }

    /// <summary>Blocks of up to 128 numbers are added in eight interleaved sums, larger ones halved at a multiple of eight.</summary>
    private static double PairwiseSum(ReadOnlySpan<double> values)
    {
        if (values.Length > BlockSize)
        {
            int half = values.Length / 2;
            half -= half % Unrolled;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }

        if (values.Length < Unrolled)
        {
            double small = 0;
            foreach (double value in values)
            {
                small += value;
            }

            return small;
        }

        Span<double> sums = stackalloc double[Unrolled];
        values[..Unrolled].CopyTo(sums);
        int i = Unrolled;
        for (; i + Unrolled <= values.Length; i += Unrolled)
        {
            for (int j = 0; j < Unrolled; j++)
            {
                sums[j] += values[i + j];
            }
        }

        double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
