using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// Stochastic gradient descent with momentum μ and L2 decay λ, as <c>torch.optim.SGD</c> defines it (no dampening):
/// d = g + λ·p; v = d at the first step, μ·v + d afterwards; p ← p − η·v, or p − η·(d + μ·v) with Nesterov's variant.
/// </summary>
public sealed class Sgd : IDisposable
{
    private readonly List<Slot> _slots = [];
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
    {
        ArgumentNullException.ThrowIfNull(groups);
        CheckNumber(momentum, nameof(momentum));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(momentum, 1, nameof(momentum));
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's variant needs a momentum", nameof(nesterov));
        }

        LearningRate = learningRate;
        _momentum = momentum;
        _nesterov = nesterov;
        Groups = [.. groups];
        HashSet<string> names = [];
        HashSet<Tensor> tensors = [];
        foreach (ParameterGroup group in Groups)
        {
            CheckNumber(group.LearningRateFactor, nameof(group.LearningRateFactor));
            CheckNumber(group.WeightDecay, nameof(group.WeightDecay));
            foreach ((string name, Tensor parameter) in group.Parameters)
            {
                if (!names.Add(name) || !tensors.Add(parameter))
                {
                    throw new ArgumentException($"parameter '{name}' is given twice", nameof(groups));
                }

                _slots.Add(new Slot(name, parameter, group));
            }
        }
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The learning rate η of the next step, before the groups' factors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        set
        {
            CheckNumber(value, nameof(LearningRate));
            field = value;
        }
    }

    /// <summary>Changes every parameter that has a gradient.</summary>
    public void Step()
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        foreach (Slot slot in _slots)
        {
            if (slot.Parameter.Grad is { } gradient)
            {
                Step(slot, gradient);
                gradient.Dispose();
            }
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.Grad = null;
        }
    }

    /// <summary>Scales all gradients so that their common Euclidean norm is at most <paramref name="maximum"/>.</summary>
    /// <param name="maximum">The largest norm allowed, above 0; <see cref="double.PositiveInfinity"/> only measures.</param>
    /// <returns>The norm before. When it is not finite the gradients stay as they are.</returns>
    public double ClipGradNorm(double maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        ArgumentOutOfRangeException.ThrowIfEqual(maximum, double.NaN);
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        Tensor[] gradients = [.. _slots.Select(s => s.Parameter.Grad).OfType<Tensor>()];
        if (gradients.Length == 0)
        {
            return 0;
        }

        // One number comes back from the device, not one for each parameter.
        Device device = gradients[0].Device;
        Tensor[] norms = [.. gradients.Select(g => g.LinalgVectorNorm(2, []).To(device, DType.Float64))];
        double norm = Tensor.Stack(norms).LinalgVectorNorm(2, []).ToDouble();

        // The small summand is PyTorch's (torch.nn.utils.clip_grad_norm_).
        double factor = maximum / (norm + 1e-6);
        if (factor < 1 && double.IsFinite(norm))
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.MulInPlace(factor);
            }
        }

        return norm;
    }

    /// <summary>The momentum buffers by the names of their parameters, for a checkpoint. They still belong to the optimizer.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        _slots.Where(s => s.Buffer is not null).Select(s => (s.Name, s.Buffer!));

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <param name="state">The buffers by name; they are copied. A parameter without one begins anew.</param>
    /// <exception cref="InvalidDataException">A name is unknown, or a shape is another than its parameter's.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        Dictionary<string, Slot> slots = _slots.ToDictionary(s => s.Name);
        Dictionary<string, Tensor> buffers = [];
        foreach ((string name, Tensor value) in state)
        {
            if (!slots.TryGetValue(name, out Slot? slot))
            {
                throw new InvalidDataException($"the optimizer's state has a buffer '{name}', but no parameter has this name");
            }

            if (!value.Shape.SequenceEqual(slot.Parameter.Shape))
            {
                throw new InvalidDataException(
                    $"the optimizer's buffer '{name}' has shape {value.ShapeText()}, its parameter {slot.Parameter.ShapeText()}");
            }

            buffers[name] = value;
        }

        using var noGrad = new NoGrad();
        foreach (Slot slot in _slots)
        {
            slot.Buffer?.Dispose();
            slot.Buffer = buffers.TryGetValue(slot.Name, out Tensor? value) ? NewBuffer(slot).CopyInPlace(value) : null;
        }
    }

    /// <summary>Frees the momentum buffers; the parameters stay.</summary>
    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            slot.Buffer?.Dispose();
            slot.Buffer = null;
        }
    }

    private void Step(Slot slot, Tensor gradient)
    {
        double rate = LearningRate * slot.Group.LearningRateFactor;
        double decay = slot.Group.WeightDecay;
        bool first = slot.Buffer is null;
        Tensor buffer = slot.Buffer ??= NewBuffer(slot);
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
        return done != 0;
    }

    // In the parameter's own memory format, so that the three can be walked through together.
    private static Tensor NewBuffer(Slot slot) => slot.Parameter.EmptyLike().Detached();

    private static void CheckNumber(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "the number must be finite");
        }
    }

    private sealed class Slot(string name, Tensor parameter, ParameterGroup group)
    {
        public string Name { get; } = name;

        public Tensor Parameter { get; } = parameter;

        public ParameterGroup Group { get; } = group;

        public Tensor? Buffer { get; set; }
    }
}
