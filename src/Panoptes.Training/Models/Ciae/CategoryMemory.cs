using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// The category-aware memory (III-C): a unit vector for each category, which the embeddings of its pixels are drawn to and which follows
/// their mean slowly. The vectors start at random; no gradient changes them. They are kept with the weights.
/// </summary>
internal sealed class CategoryMemory : Module
{
    private readonly double? _momentum;
    private readonly int _iterations;

    /// <summary>Makes a memory of random directions.</summary>
    /// <param name="categories">Number of categories C; may be 0.</param>
    /// <param name="dimension">Numbers of an embedding, D.</param>
    /// <param name="momentum">Share of a vector that an update keeps, 0..1; null follows the schedule of Eq. 13.</param>
    /// <param name="iterations">Steps of the whole training, T.</param>
    public CategoryMemory(int categories, int dimension, double? momentum, int iterations)
    {
        _momentum = momentum;
        _iterations = iterations;
        using TensorScope scope = new();
        Tensor random = Tensor.Randn([categories, dimension]);
        Vectors = Buffer("vectors", random / random.LinalgVectorNorm(2, [1], keepdim: true).ClampMin(1e-12));
    }

    /// <summary>The vectors: [C, D]. Updates change them in place.</summary>
    public Tensor Vectors { get; }

    /// <summary>λ_t = 1 − 0.0001 (1 − t/T)³ (Eq. 13).</summary>
    /// <param name="iteration">t, from 0; past the schedule's end λ stays 1.</param>
    /// <param name="iterations">T.</param>
    public static double ScheduledMomentum(int iteration, int iterations) =>
        1 - (0.0001 * Math.Pow(1 - Math.Min((double)iteration / Math.Max(iterations, 1), 1), 3));

    /// <summary>M_c ← L2norm(λ M_c + (1 − λ) m_c) (Eq. 14) for the categories that occur; others stay as they are.</summary>
    /// <param name="sums">
    /// For each category D numbers, the sum of its pixels' embeddings before normalization, then their count. m_c is the sum's direction.
    /// </param>
    /// <param name="iteration">Steps made before this one, t.</param>
    public void Update(ReadOnlySpan<double> sums, int iteration)
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        double keep = _momentum ?? ScheduledMomentum(iteration, _iterations);
        (int categories, int dimension) = ((int)Vectors.Size(0), (int)Vectors.Size(1));
        float[] vectors = Vectors.To(DType.Float32).ToArray<float>();
        double[] mixed = new double[dimension];
        for (int c = 0; c < categories; c++)
        {
            ReadOnlySpan<double> sum = sums.Slice(c * (dimension + 1), dimension);
            double length = Length(sum);
            if (sums[(c * (dimension + 1)) + dimension] == 0 || length == 0)
            {
                continue;
            }

            Span<float> vector = vectors.AsSpan(c * dimension, dimension);
            for (int d = 0; d < dimension; d++)
            {
                mixed[d] = (keep * vector[d]) + ((1 - keep) * sum[d] / length);
            }

            double norm = Math.Max(Length(mixed), 1e-12);
            for (int d = 0; d < dimension; d++)
            {
                vector[d] = (float)(mixed[d] / norm);
            }
        }

        Vectors.CopyInPlace(Tensor.From<float>(vectors, Vectors.Shape));
    }

    private static double Length(ReadOnlySpan<double> vector)
    {
        double squares = 0;
        foreach (double value in vector)
        {
            squares += value * value;
        }

        return Math.Sqrt(squares);
    }
}
