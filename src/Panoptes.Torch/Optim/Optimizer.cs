using System.Globalization;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>Changes parameters along their gradients, step by step. Parameters come in groups that are trained alike.</summary>
public abstract class Optimizer : IDisposable
{
    private const string StepsName = "steps";

    // The first steps leave holes in the heap that none of the later ones fills: a tenth of the peak in a step of a ResNet-50.
    private const int TrimmedSteps = 2;

    private readonly List<Slot> _slots = [];
    private readonly IReadOnlyList<string> _bufferNames;
    private int _steps;

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

        // From the start, so that no step needs to ask whether it is the first one of a parameter.
        using NoGrad noGrad = new();
        _slots.ForEach(slot => slot.Buffers = [.. bufferNames.Select(_ => NewBuffer(slot.Parameter))]);
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
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach (IGrouping<Kind, Update> updates in Updates().GroupBy(update => update.Kind))
        {
            Step(updates.Key.Group, [.. updates]);
            foreach (Update update in updates)
            {
                update.Slot.Steps++;
                Touch(update.Slot.Parameter);
            }
        }

        _steps++;
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.Grad = null;
        }

        if (_steps is > 0 and <= TrimmedSteps)
        {
            NativeHeap.Trim();
        }
    }

    /// <summary>Multiplies all gradients by a factor.</summary>
    public void ScaleGrad(double factor)
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
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
        using NoGrad noGrad = new();
        using TensorScope scope = new();
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
        foreach (Slot slot in _slots.Where(s => s.Steps > 0))
        {
            yield return ($"{slot.Name}.{StepsName}", Tensor.From<long>([slot.Steps]));
            for (int i = 0; i < _bufferNames.Count; i++)
            {
                yield return ($"{slot.Name}.{_bufferNames[i]}", slot.Buffers[i]);
            }
        }
    }

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <param name="state">The buffers by name; they are copied. A parameter without any begins again.</param>
    /// <exception cref="InvalidDataException">A name is unknown or missing, or a shape is another than its parameter's.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        Dictionary<string, Tensor> stored = state.ToDictionary(s => s.Name, s => s.Value);
        List<(Slot Slot, long Steps, Tensor[] Buffers)> found = new();
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
        using NoGrad noGrad = new();
        _slots.ForEach(slot => slot.Clear());
        foreach ((Slot slot, long steps, Tensor[] buffers) in found)
        {
            slot.Steps = steps;
            for (int i = 0; i < buffers.Length; i++)
            {
                slot.Buffers[i].CopyInPlace(buffers[i]);
            }
        }

        Tensor Take(Slot slot, string name)
        {
            if (!stored.Remove(name, out Tensor? value))
            {
                throw new InvalidDataException($"the optimizer's state is missing the buffer '{name}'");
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

    /// <summary>
    /// Changes parameters of one group, element type and device, which have made the same number of steps; gradients are not recorded, and
    /// tensors made here are freed after the step.
    /// </summary>
    private protected abstract void Step(ParameterGroup group, Update[] updates);

    /// <summary>Calls one of libtorch's fused optimizers, which walk through lists of tensors in one pass over memory.</summary>
    /// <param name="step">The operator; it takes the lists first.</param>
    /// <param name="lists">Lists of equal length whose tensors lie alike in memory.</param>
    /// <param name="numbers">The other arguments.</param>
    internal static unsafe void Call(Operator step, Tensor[][] lists, ReadOnlySpan<Value> numbers)
    {
        int count = lists.Sum(list => list.Length);
        nint[] handles = new nint[count];
        fixed (nint* first = handles)
        {
            Value* arguments = stackalloc Value[lists.Length + numbers.Length];
            int place = 0;
            for (int i = 0; i < lists.Length; i++)
            {
                arguments[i] = Value.List(ValueTag.TensorList, first + place, lists[i].Length);
                foreach (Tensor tensor in lists[i])
                {
                    handles[place++] = tensor.Handle;
                }
            }

            numbers.CopyTo(new Span<Value>(arguments + lists.Length, numbers.Length));
            step.Invoke(arguments, lists.Length + numbers.Length, results: 0);
        }

        GC.KeepAlive(lists);
    }

    // A graph that still needs the old values must notice. The fused steps do not count as a change; one of no elements does.
    private static void Touch(Tensor parameter) =>
        (parameter.Rank == 0 ? parameter.Unsqueeze(0) : parameter).Narrow(0, 0, 0).ZeroInPlace();

    private IEnumerable<Update> Updates()
    {
        foreach (Slot slot in _slots)
        {
            if (slot.Parameter.Grad is { } gradient)
            {
                yield return new Update(slot, AsItsParameter(gradient, slot.Parameter));
            }
        }
    }

    // Libtorch's fused steps take tensors for rows of numbers, without a look at their strides or types.
    private static Tensor AsItsParameter(Tensor gradient, Tensor parameter) =>
        gradient.DType == parameter.DType && Shapes.LieAlike(parameter.Shape, gradient.Strides, parameter.Strides)
            ? gradient
            : parameter.EmptyLike().CopyInPlace(gradient);

    // In the parameter's own memory format, so that both can be walked through together.
    private protected static Tensor NewBuffer(Tensor parameter) => parameter.ZerosLike().Detached();

    internal static void CheckNumber(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "the number must be finite");
        }
    }

    /// <summary>What is changed by one call: parameters of a group, an element type and a device, after the same number of steps.</summary>
    private protected readonly record struct Kind(ParameterGroup Group, DType DType, Device Device, long Steps);

    /// <summary>A parameter that changes, and its gradient, which lies in memory as the parameter does.</summary>
    private protected sealed record Update(Slot Slot, Tensor Gradient)
    {
        public Kind Kind => new(Slot.Group, Slot.Parameter.DType, Slot.Parameter.Device, Slot.Steps);
    }

    /// <summary>A parameter and what is remembered of it.</summary>
    private protected sealed class Slot(string name, Tensor parameter, ParameterGroup group)
    {
        public string Name { get; } = name;

        public Tensor Parameter { get; } = parameter;

        public ParameterGroup Group { get; } = group;

        /// <summary>Steps made before this one.</summary>
        public long Steps { get; set; }

        /// <summary>One for each buffer name; zeros before the first step.</summary>
        public Tensor[] Buffers { get; set; } = [];

        public void Clear()
        {
            Steps = 0;
            foreach (Tensor buffer in Buffers)
            {
                buffer.ZeroInPlace();
            }
        }

        public void Release()
        {
            foreach (Tensor buffer in Buffers)
            {
                buffer.Dispose();
            }

            Buffers = [];
            Steps = 0;
        }
    }
}
