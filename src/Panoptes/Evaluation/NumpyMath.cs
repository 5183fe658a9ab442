namespace Panoptes.Evaluation;

/// <summary>Arithmetic in the order of operations of NumPy, which pycocotools uses, so that results agree to the last bit.</summary>
internal static class NumpyMath
{
    private const int Unrolled = 8;
    private const int BlockSize = 128;
    private const int BufferSize = 8192;

    /// <summary><c>numpy.linspace</c>: evenly spaced values with both ends.</summary>
    public static double[] Linspace(double start, double stop, int count)
    {
        double step = (stop - start) / (count - 1);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (i * step) + start;
        }

        values[^1] = stop;
        return values;
    }

    /// <summary><c>numpy.mean</c> of a contiguous array; −1 when it is empty, as in pycocotools' summary.</summary>
    public static double MeanOrUndefined(ReadOnlySpan<double> values) => values.IsEmpty ? -1 : Sum(values) / values.Length;

    /// <summary>
    /// <c>numpy.sum</c> of a contiguous array: buffers of 8192 numbers one after the other, each summed pairwise.
    /// </summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        for (int start = 0; start < values.Length; start += BufferSize)
        {
            sum += PairwiseSum(values[start..Math.Min(values.Length, start + BufferSize)]);
        }

        return sum;
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
