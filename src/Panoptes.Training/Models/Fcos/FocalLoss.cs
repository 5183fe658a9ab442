using Panoptes.Torch;

namespace Panoptes.Training.Models.Fcos;

/// <summary>The focal loss of sigmoid outputs (Lin et al. 2017, Eq. 5): FL(p) = −α_t (1 − p_t)^γ ln p_t.</summary>
internal static class FocalLoss
{
    /// <summary>The sum over all rows and classes.</summary>
    /// <param name="logits">[R, C].</param>
    /// <param name="rows">[P] rows that hold an object; int64.</param>
    /// <param name="classes">[P] class of the object in each of these rows; int64.</param>
    /// <param name="alpha">Weight of positives; negatives weigh 1 − α.</param>
    /// <param name="gamma">Discount of what is easy.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Sum(Tensor logits, Tensor rows, Tensor classes, double alpha, double gamma)
    {
        // All entries count as negatives first, which needs no one-hot targets; the few positives are corrected afterwards.
        // With x the logit: −ln(1 − p) = softplus(x) and −ln p = softplus(−x), finite for every x.
        Tensor negatives = Negative(logits).Sum();
        Tensor positive = logits.Reshape([-1]).IndexSelect(0, rows.Mul(logits.Size(1)) + classes); // [P]
        Tensor correction = Positive(positive) - Negative(positive);
        return negatives + correction.Sum();

        Tensor Negative(Tensor x) => SigmoidPower(x, gamma) * x.Softplus() * (1 - alpha);

        Tensor Positive(Tensor x) => SigmoidPower(-x, gamma) * (-x).Softplus() * alpha;
    }

    // σ(x)^γ. Through the logarithm its gradient stays finite where σ(x) is 0 and γ below 1.
    private static Tensor SigmoidPower(Tensor x, double exponent) =>
        exponent == 2 ? x.Sigmoid().Square() : (x.LogSigmoid() * exponent).Exp();
}
