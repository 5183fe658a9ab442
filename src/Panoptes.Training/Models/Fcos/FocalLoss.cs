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
    /// <param name="weights">[C] weight of each class, its positives and its negatives; null for 1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Sum(Tensor logits, Tensor rows, Tensor classes, double alpha, double gamma, Tensor? weights = null)
    {
        using TensorScope scope = new();
        (Tensor value, Tensor gradient) = Compute(logits, rows, classes, alpha, gamma, weights);

        // Zero, with the loss's gradient: of all that was computed, only that is kept for the backward pass.
        Tensor product = (logits * gradient).Sum();
        return scope.Keep(value + (product - product.Detach()));
    }

    // The loss and its gradient with respect to the logits. All entries count as negatives first, which needs no one-hot targets; the few
    // positives are corrected afterwards.
    private static (Tensor Value, Tensor Gradient) Compute(
        Tensor logits, Tensor rows, Tensor classes, double alpha, double gamma, Tensor? weights)
    {
        using NoGrad noGrad = new();
        (Tensor negatives, Tensor gradient) = Background(logits, 1 - alpha, gamma);
        Tensor positive = logits.Reshape([-1]).IndexSelect(0, rows.Mul(logits.Size(1)) + classes); // [P]
        (Tensor wrong, Tensor ofWrong) = Background(positive, 1 - alpha, gamma);
        (Tensor right, Tensor ofRight) = Background(-positive, alpha, gamma);
        gradient.IndexPutInPlace([rows, classes], -(ofRight + ofWrong), accumulate: true);
        return weights is null
            ? (negatives.Sum() + (right - wrong).Sum(), gradient)
            : ((negatives * weights).Sum() + ((right - wrong) * weights.IndexSelect(0, classes)).Sum(), gradient * weights);
    }

    // f(x) = w σ(x)^γ softplus(x) and f'(x) = w σ(x)^γ (γ (1 − σ(x)) softplus(x) + σ(x)), finite for every x: with x the logit,
    // p = σ(x) and −ln(1 − p) = softplus(x), f is the loss of a negative; f(−x) is that of a positive.
    private static (Tensor Value, Tensor Gradient) Background(Tensor x, double weight, double gamma)
    {
        using TensorScope scope = new();
        Tensor sigmoid = x.Sigmoid(), softplus = -(-x).LogSigmoid();

        // By the logarithm: σ(x) may be too small for a float where its power is not.
        Tensor power = (gamma == 2 ? sigmoid.Square() : (x.LogSigmoid() * gamma).Exp()) * weight;
        return (scope.Keep(power * softplus), scope.Keep(power * (((1 - sigmoid) * softplus * gamma) + sigmoid)));
    }
}
