using System.Globalization;

namespace Panoptes.Torch.Optim;

/// <summary>Changes parameters along their gradients, step by step. Parameters come in groups that are trained alike.</summary>
public abstract class Optimizer : IDisposable
{
    private const string StepsName = "steps";

    private readonly List<Slot> _slots = [];
    private readonly IReadOnlyList<string> _bufferNames;

    /// <summary>Takes the parameters.</summary>
    /// <param name="groups">The parameters. Those whose gradient is null at a step stay as they are.</param>
    /// <param name="learningRate">η; settable before each step.</param>
    /// <param name="bufferNames">Names of what is remembered for each parameter; they follow its name in <see cref="State"/>.</param>
    /// <exception cref="ArgumentException">A name or a tensor occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    private protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, IReadOnlyList<string> bufferNames)
    {
        ArgumentNullException.ThrowIfNull(groups);
        LearningRate = learningRate;
        _bufferNames = bufferNames;
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
                slot.Steps++;
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

    /// <summary>Multiplies all gradients by a factor.</summary>
    public void ScaleGrad(double factor)
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        foreach (Slot slot in _slots)
        {
            slot.Parameter.Grad?.MulInPlace(factor);
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

    /// <summary>
    /// What is remembered of each parameter under its name and the buffer's, and the number of its steps, for a checkpoint. The buffers
    /// still belong to the optimizer.
    /// </summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (Slot slot in _slots.Where(s => s.Buffers is not null))
        {
            yield return ($"{slot.Name}.{StepsName}", Tensor.From<long>([slot.Steps]));
            for (int i = 0; i < _bufferNames.Count; i++)
            {
                yield return ($"{slot.Name}.{_bufferNames[i]}", slot.Buffers![i]);
            }
        }
    }

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <param name="state">The buffers by name; they are copied. A parameter without any begins anew.</param>
    /// <exception cref="InvalidDataException">A name is unknown or missing, or a shape is another than its parameter's.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        Dictionary<string, Tensor> stored = state.ToDictionary(s => s.Name, s => s.Value);
        var found = new List<(Slot Slot, long Steps, Tensor[] Buffers)>();
        foreach (Slot slot in _slots)
        {
            if (stored.Remove($"{slot.Name}.{StepsName}", out Tensor? steps))
            {
                found.Add((slot, (long)steps.ToDouble(), [.. _bufferNames.Select(name => Take(slot, $"{slot.Name}.{name}"))]));
            }
        }

        if (stored.Count > 0)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"the optimizer's state has {stored.Count} buffers that belong to no parameter, the first is '{stored.Keys.First()}'"));
        }

        // Everything fits: only now does anything change.
        _slots.ForEach(slot => slot.Release());
        using var noGrad = new NoGrad();
        foreach ((Slot slot, long steps, Tensor[] buffers) in found)
        {
            slot.Steps = steps;
            slot.Buffers = [.. buffers.Select(buffer => NewBuffer(slot.Parameter).CopyInPlace(buffer))];
        }

        Tensor Take(Slot slot, string name)
        {
            if (!stored.Remove(name, out Tensor? value))
            {
                throw new InvalidDataException($"the optimizer's state lacks the buffer '{name}'");
            }

            if (!value.Shape.SequenceEqual(slot.Parameter.Shape))
            {
                throw new InvalidDataException(
                    $"the optimizer's buffer '{name}' has shape {value.ShapeText()}, its parameter {slot.Parameter.ShapeText()}");
            }

            return value;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what is remembered; the parameters stay.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Slot slot in _slots)
            {
                slot.Release();
            }
        }
    }

    /// <summary>Changes one parameter; gradients are not recorded, and tensors made here are freed after the step.</summary>
    private protected abstract void Step(Slot slot, Tensor gradient);

    // In the parameter's own memory format, so that both can be walked through together.
    private protected static Tensor NewBuffer(Tensor parameter) => parameter.ZerosLike().Detached();

    private protected static void CheckNumber(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "the number must be finite");
        }
    }

    /// <summary>A parameter and what is remembered of it.</summary>
    private protected sealed class Slot(string name, Tensor parameter, ParameterGroup group)
    {
        public string Name { get; } = name;

        public Tensor Parameter { get; } = parameter;

        public ParameterGroup Group { get; } = group;

        /// <summary>Steps made before this one.</summary>
        public long Steps { get; set; }

        /// <summary>One for each buffer name, made at the first step.</summary>
        public Tensor[]? Buffers { get; set; }

        /// <summary>The buffers, zeros at the first step.</summary>
        public Tensor[] RequireBuffers(int count) => Buffers ??= [.. Enumerable.Range(0, count).Select(_ => NewBuffer(Parameter))];

        public void Release()
        {
            foreach (Tensor buffer in Buffers ?? [])
            {
                buffer.Dispose();
            }

            Buffers = null;
            Steps = 0;
        }
    }
}
