using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.MEInst;

/// <summary>What separates predicted mask coefficients from the right ones: d_mask of MEInst's Eq. 3 and Table 4.</summary>
internal static class CoefficientDistance
{
    private const double LeastLengths = 1e-12; // |v̂|² |v|² below this counts as this: the angle of nothing is not a number

    /// <summary>One distance for each pair of vectors: the sum over their components, or one term for the cosine.</summary>
    /// <param name="kind">Which distance.</param>
    /// <param name="predicted">v̂: [P, D].</param>
    /// <param name="target">v: [P, D].</param>
    /// <returns>[P].</returns>
    public static Tensor Compute(CoefficientLoss kind, Tensor predicted, Tensor target) => kind switch
    {
        CoefficientLoss.L1 => (predicted - target).Abs().Sum([1]),
        CoefficientLoss.SmoothL1 => predicted.SmoothL1Loss(target, Reduction.None).Sum([1]),
        CoefficientLoss.Cosine => 1 - Cosine(predicted, target),
        _ => (predicted - target).Square().Sum([1]),
    };

    /// <summary>How many terms a distance sums.</summary>
    public static int Terms(CoefficientLoss kind, int dimension) => kind == CoefficientLoss.Cosine ? 1 : dimension;

    // v̂ · v / (|v̂| |v|)
    private static Tensor Cosine(Tensor predicted, Tensor target)
    {
        Tensor lengths = predicted.Square().Sum([1]) * target.Square().Sum([1]);
        return (predicted * target).Sum([1]) / lengths.ClampMin(LeastLengths).Sqrt();
    }
}
