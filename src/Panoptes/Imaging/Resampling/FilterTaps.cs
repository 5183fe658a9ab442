namespace Panoptes.Imaging.Resampling;

/// <summary>
/// The weights of the triangle filter along one axis: for each output pixel the first input pixel it draws from and one fixed-point
/// weight for each input pixel from there on. Pillow's <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c>
/// (libImaging/Resample.c) define the numbers.
/// </summary>
internal sealed class FilterTaps
{
    /// <summary>Fraction bits of a weight: a sum of 8-bit pixels times weights that add up to one fills 30 bits.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    /// <summary>One half in fixed point, the start of every sum, so that the final shift rounds.</summary>
    public const int Half = 1 << (PrecisionBits - 1);

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;

    private FilterTaps(int[] starts, int[] counts, int[] weights, int stride)
    {
        _starts = starts;
        _counts = counts;
        _weights = weights;
        Stride = stride;
    }

    /// <summary>A weighted sum to a pixel; rounded weights may add up to a little more than one.</summary>
    public static byte ToByte(int sum) => (byte)Math.Min(sum >> PrecisionBits, 255);

    /// <summary>Output pixels.</summary>
    public int Count => _starts.Length;

    /// <summary>Weights kept for each output pixel: the most that one needs, filled up with zeros to a multiple of 4.</summary>
    public int Stride { get; }

    /// <summary>
    /// The first input pixel that an output pixel draws from; early enough that <see cref="Stride"/> pixels follow, unless the input
    /// has fewer.
    /// </summary>
    public int Start(int output) => _starts[output];

    /// <summary>The weights of the input pixels from <see cref="Start"/> on; all lie within the input.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * Stride, _counts[output]);

    /// <summary>Computes the weights for resizing an axis.</summary>
    public static FilterTaps Compute(int inputSize, int outputSize)
    {
        double scale = (double)inputSize / outputSize;
        double support = Math.Max(scale, 1);
        double inverse = 1 / support;
        int[] starts = new int[outputSize];
        int[] counts = new int[outputSize];
        for (int i = 0; i < outputSize; i++)
        {
            double center = (i + 0.5) * scale;
            starts[i] = Math.Max((int)(center - support + 0.5), 0);
            counts[i] = Math.Min((int)(center + support + 0.5), inputSize) - starts[i];
        }

        int stride = (counts.Max() + 3) & ~3;
        int latest = Math.Max(inputSize - stride, 0);
        int[] weights = new int[checked(outputSize * stride)];
        double[] exact = new double[stride];
        for (int i = 0; i < outputSize; i++)
        {
            double center = (i + 0.5) * scale;
            double sum = 0;
            for (int j = 0; j < counts[i]; j++)
            {
                exact[j] = Math.Max(1 - Math.Abs((j + starts[i] - center + 0.5) * inverse), 0);
                sum += exact[j];
            }

            int zeros = Math.Max(starts[i] - latest, 0);
            for (int j = 0; j < counts[i]; j++)
                weights[(i * stride) + zeros + j] = (int)(0.5 + (exact[j] / sum * (1 << PrecisionBits)));
            starts[i] -= zeros;
            counts[i] += zeros;
        }

        return new FilterTaps(starts, counts, weights, stride);
    }
}
