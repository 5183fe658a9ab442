using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// Adam with decoupled decay (Loshchilov and Hutter 2019), as <c>torch.optim.AdamW</c> defines it: p ← p − η·λ·p;
/// m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − η·m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="groups">The parameters. Those whose gradient is null at a step stay as they are.</param>
    /// <param name="learningRate">η; settable before each step.</param>
    /// <param name="beta1">Memory β₁ of the gradient, in [0, 1).</param>
    /// <param name="beta2">Memory β₂ of its square, in [0, 1).</param>
    /// <param name="epsilon">ε, added to the root.</param>
    /// <exception cref="ArgumentException">A name or a tensor occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite, or a memory is not below 1.</exception>
    public AdamW(
        IEnumerable<ParameterGroup> groups, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(groups, learningRate, ["mean", "square"])
    {
        CheckNumber(beta1, nameof(beta1));
        CheckNumber(beta2, nameof(beta2));
        CheckNumber(epsilon, nameof(epsilon));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta1, 1, nameof(beta1));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta2, 1, nameof(beta2));
        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
    }

    private protected override void Step(Slot slot, Tensor gradient)
    {
        double rate = LearningRate * slot.Group.LearningRateFactor;
        long t = slot.Steps + 1;
        Tensor[] buffers = slot.RequireBuffers(2);
        (Tensor mean, Tensor square) = (buffers[0], buffers[1]);
        double keep = 1 - (rate * slot.Group.WeightDecay);
        double root = 1 / Math.Sqrt(1 - Math.Pow(_beta2, t));
        double step = rate / (1 - Math.Pow(_beta1, t));
        if (StepInOnePass(slot.Parameter, gradient, mean, square, keep, step, root))
        {
            return;
        }

        mean.LerpInPlace(gradient, 1 - _beta1);
        square.MulInPlace(_beta2).AddcmulInPlace(gradient, gradient, 1 - _beta2);
        slot.Parameter.MulInPlace(keep).AddcdivInPlace(mean, square.Sqrt().MulInPlace(root).AddInPlace(_epsilon), -step);
    }

    private unsafe bool StepInOnePass(
        Tensor parameter, Tensor gradient, Tensor mean, Tensor square, double keep, double rate, double root)
    {
        int done;
        Native.Check(Native.AdamWStep(
            parameter.Handle, gradient.Handle, mean.Handle, square.Handle, keep, _beta1, _beta2, rate, root, _epsilon, &done));
        GC.KeepAlive(gradient); // The slot holds the others.
        return done != 0;
    }
}
