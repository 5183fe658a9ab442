using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// Adam with decoupled decay (Loshchilov and Hutter 2019), as <c>torch.optim.AdamW</c> defines it: p ← p − η·λ·p;
/// m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − η·m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
/// </summary>
public sealed class AdamW : Optimizer
{
    private static readonly Operator s_step = new(
        "aten::_fused_adamw_",
        "",
        "self grads exp_avgs exp_avg_sqs max_exp_avg_sqs state_steps lr beta1 beta2 weight_decay eps amsgrad maximize grad_scale "
        + "found_inf");

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

    private protected override void Step(ParameterGroup group, Update[] updates)
    {
        // libtorch reads the number of this step, and does not count on.
        Tensor step = Tensor.Full([], updates[0].Slot.Steps + 1.0, DType.Float32, updates[0].Slot.Parameter.Device);
        Call(
            s_step,
            [
                [.. updates.Select(u => u.Slot.Parameter)],
                [.. updates.Select(u => u.Gradient)],
                [.. updates.Select(u => u.Slot.Buffers[0])],
                [.. updates.Select(u => u.Slot.Buffers[1])],
                [], // the largest squares, of AMSGrad
                [.. updates.Select(_ => step)],
            ],
            [
                Value.Of(LearningRate * group.LearningRateFactor),
                Value.Of(_beta1),
                Value.Of(_beta2),
                Value.Of(group.WeightDecay),
                Value.Of(_epsilon),
                Value.Of(false), // AMSGrad
                Value.Of(false), // maximize
                Value.None,
                Value.None,
            ]);
    }
}
