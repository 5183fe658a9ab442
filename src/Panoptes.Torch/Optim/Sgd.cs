using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// Stochastic gradient descent with momentum μ and L2 decay λ, as <c>torch.optim.SGD</c> defines it (no dampening):
/// d = g + λ·p; v = d at the first step, μ·v + d afterwards; p ← p − η·v, or p − η·(d + μ·v) with Nesterov's variant.
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="groups">The parameters. Those whose gradient is null at a step stay as they are.</param>
    /// <param name="learningRate">η; settable before each step.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="nesterov">Nesterov's variant; needs momentum.</param>
    /// <exception cref="ArgumentException">A name or a tensor occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite, or momentum is not below 1.</exception>
    public Sgd(IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0.9, bool nesterov = false)
        : base(groups, learningRate, ["momentum"])
    {
        CheckNumber(momentum, nameof(momentum));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(momentum, 1, nameof(momentum));
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's variant needs a momentum", nameof(nesterov));
        }

        _momentum = momentum;
        _nesterov = nesterov;
    }

    private protected override void Step(Slot slot, Tensor gradient)
    {
        double rate = LearningRate * slot.Group.LearningRateFactor;
        double decay = slot.Group.WeightDecay;
        bool first = slot.Buffers is null;
        Tensor buffer = slot.RequireBuffers(1)[0];
        if (StepInOnePass(slot.Parameter, gradient, buffer, rate, decay, first))
        {
            return;
        }

        Tensor change = decay == 0 ? gradient : gradient.Add(slot.Parameter, decay);
        if (first)
        {
            buffer.CopyInPlace(change);
        }
        else
        {
            buffer.MulInPlace(_momentum).AddInPlace(change);
        }

        slot.Parameter.AddInPlace(_nesterov ? change.Add(buffer, _momentum) : buffer, -rate);
    }

    private unsafe bool StepInOnePass(Tensor parameter, Tensor gradient, Tensor buffer, double rate, double decay, bool first)
    {
        int done;
        Native.Check(Native.SgdStep(
            parameter.Handle, gradient.Handle, buffer.Handle, rate, _momentum, decay, _nesterov ? 1 : 0, first ? 1 : 0, &done));
        GC.KeepAlive(gradient); // The slot holds the others.
        return done != 0;
    }
}
