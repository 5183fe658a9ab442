using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// Stochastic gradient descent with momentum μ and L2 decay λ, as <c>torch.optim.SGD</c> defines it (no dampening):
/// d = g + λ·p; v = d at the first step, μ·v + d afterwards; p ← p − η·v, or p − η·(d + μ·v) with Nesterov's variant.
/// </summary>
public sealed class Sgd : Optimizer
{
    private static readonly Operator s_step = new(
        "aten::_fused_sgd_",
        "",
        "self grads momentum_buffer_list weight_decay momentum lr dampening nesterov maximize is_first_step grad_scale found_inf");

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

    private protected override void Step(ParameterGroup group, Update[] updates)
    {
        Call(
            s_step,
            [
                [.. updates.Select(u => u.Slot.Parameter)],
                [.. updates.Select(u => u.Gradient)],
                _momentum == 0 ? [] : [.. updates.Select(u => u.Slot.Buffers[0])],
            ],
            [
                Value.Of(group.WeightDecay),
                Value.Of(_momentum),
                Value.Of(LearningRate * group.LearningRateFactor),
                Value.Of(0.0), // dampening
                Value.Of(_nesterov),
                Value.Of(false), // maximize
                Value.Of(updates[0].Slot.Steps == 0),
                Value.None,
                Value.None,
            ]);
    }
}
