using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Tracing;

/// <summary>
/// Records the operators that this thread calls from its construction until <see cref="Stop"/>: the graph of a computation, without a
/// second description of it. What depends on no input becomes a constant and is not recorded.
/// </summary>
/// <remarks>
/// Sizes that the computation reads from tensors are recorded as the numbers they were; <see cref="Composite"/> is for what must follow the
/// sizes of another input. Disposing frees the constants.
/// </remarks>
public sealed class Tape : IDisposable
{
    [ThreadStatic]
    private static Tape? s_current;

    private readonly Tape? _outer;
    private readonly Dictionary<nint, TapeValue> _values = [];
    private readonly List<TapeStep> _steps = [];
    private readonly List<Tensor> _constants = [];

    /// <summary>Begins to record.</summary>
    public Tape()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>What was recorded, in order.</summary>
    public IReadOnlyList<TapeStep> Steps => _steps;

    /// <summary>The tape of this thread; null while nothing is recorded.</summary>
    internal static Tape? Current => s_current;

    /// <summary>
    /// Runs operators as one step of the current tape, which sees none of them. Without a tape they just run.
    /// </summary>
    /// <param name="name">A name for the step, for anyone who reads the tape.</param>
    /// <param name="arguments">Tensors, integers, numbers, booleans, lists of those, or null.</param>
    /// <param name="compute">What runs.</param>
    public static Tensor Composite(string name, IReadOnlyList<object?> arguments, Func<Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        Tape? tape = s_current;
        s_current = null;
        Tensor result;
        try
        {
            using TensorScope scope = new(); // what lies between is not needed longer
            result = scope.Keep(compute());
        }
        finally
        {
            s_current = tape;
        }

        tape?.Record(name, [.. arguments], result);
        return result;
    }

    /// <summary>Runs operators that write over a tensor as one step of the current tape, which sees none of them.</summary>
    internal static void InPlace(string name, object?[] arguments, Tensor target, Action compute)
    {
        Tape? tape = s_current;
        s_current = null;
        try
        {
            using TensorScope scope = new();
            compute();
        }
        finally
        {
            s_current = tape;
        }

        if (tape is not null)
        {
            tape.Convert(arguments);
            TapeStep step = new(name, arguments);
            tape.Replace(step, CppFunctions.Implementation(target.Handle), step.Value(0));
        }
    }

    /// <summary>Makes a tensor an input of the computation, which begins after this.</summary>
    public TapeValue AddInput(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TapeValue value = new(tensor.Shape.ToArray(), producer: null);
        _values[CppFunctions.Implementation(tensor.Handle)] = value;
        return value;
    }

    /// <summary>What a tensor holds now.</summary>
    public TapeValue ValueOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return ValueOf(tensor.Handle);
    }

    /// <summary>Ends the recording.</summary>
    public void Stop()
    {
        if (s_current == this)
        {
            s_current = _outer;
        }
    }

    /// <summary>Ends the recording and frees the constants.</summary>
    public void Dispose()
    {
        Stop();
        _constants.ForEach(constant => constant.Dispose());
        _constants.Clear();
    }

    /// <summary>Records a step whose arguments are at hand as objects.</summary>
    internal void Record(string name, object?[] arguments, params Tensor[] results)
    {
        Convert(arguments);
        Add(new TapeStep(name, arguments), results);
    }

    private void Convert(object?[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = arguments[i] switch
            {
                Tensor tensor => ValueOf(tensor),
                IReadOnlyList<Tensor> list => list.Select(ValueOf).ToArray(),
                int number => (long)number,
                _ => arguments[i],
            };
        }
    }

    /// <summary>Records a call of an operator.</summary>
    /// <param name="callee">The operator.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="results">Its results; none where it works in place, on its first argument.</param>
    internal unsafe void Record(Operator callee, Value* arguments, int count, params Tensor[] results)
    {
        object?[] decoded = new object?[count];
        for (int i = 0; i < count; i++)
        {
            decoded[i] = Decode(arguments[i]);
        }

        TapeStep step = new(callee.ToString(), decoded);
        if (results.Length > 0)
        {
            Add(step, results);
        }
        else if (count > 0 && arguments[0].Tag == ValueTag.Tensor)
        {
            Replace(step, CppFunctions.Implementation(arguments[0].Pointer), step.Value(0));
        }
    }

    /// <summary>Complains about an operator that cannot be recorded, unless it works on constants.</summary>
    /// <exception cref="NotSupportedException">An argument depends on an input.</exception>
    internal unsafe void Refuse(Operator callee, Value* arguments, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (Decode(arguments[i]) is TapeValue { Constant: null })
            {
                throw new NotSupportedException($"{callee} cannot be recorded: its results are not tensors alone");
            }
        }
    }

    private void Add(TapeStep step, Tensor[] results)
    {
        bool isConstant = step.Inputs.All(input => input.Constant is not null);
        step.Results = [.. results.Select(result => isConstant
            ? Constant(result.Handle, step.Inputs.FirstOrDefault())
            : new TapeValue(result.Shape.ToArray(), step))];
        for (int i = 0; i < results.Length; i++)
        {
            _values[CppFunctions.Implementation(results[i].Handle)] = step.Results[i];
        }

        if (!isConstant)
        {
            _steps.Add(step);
        }
    }

    // In place: the tensor is the same, what it holds is not.
    private void Replace(TapeStep step, nint key, TapeValue before)
    {
        if (step.Inputs.All(input => input.Constant is not null))
        {
            return;
        }

        if (before.Constant is not null || SharesMemory(before))
        {
            throw new NotSupportedException($"{step.Operator} writes into a view or a constant, which cannot be recorded");
        }

        TapeValue after = new(before.Shape, step);
        step.Results = [after];
        _values[key] = after;
        _steps.Add(step);
    }

    private bool SharesMemory(TapeValue value) =>
        IsView(value.Producer) || _steps.Any(step => IsView(step) && step.Inputs.Contains(value));

    private static bool IsView(TapeStep? step) => step?.Operator is
        "aten::view" or "aten::reshape" or "aten::permute" or "aten::transpose.int" or "aten::expand" or "aten::unsqueeze"
        or "aten::squeeze.dim" or "aten::flatten.using_ints" or "aten::narrow" or "aten::slice.Tensor" or "aten::select.int"
        or "aten::alias" or "aten::detach";

    private unsafe object? Decode(in Value value) => value.Tag switch
    {
        ValueTag.None => null,
        ValueTag.Tensor => value.Pointer == 0 ? null : ValueOf(value.Pointer),
        ValueTag.Int => value.Integer,
        ValueTag.Double => value.Number,
        ValueTag.Bool => value.Integer != 0,
        ValueTag.IntList => new ReadOnlySpan<long>((void*)value.Pointer, value.Count).ToArray(),
        ValueTag.DoubleList => new ReadOnlySpan<double>((void*)value.Pointer, value.Count).ToArray(),
        ValueTag.TensorList => Decode(new ReadOnlySpan<nint>((void*)value.Pointer, value.Count)),
        _ => value.Tag.ToString(), // devices, types and names: of no meaning to the graph
    };

    private TapeValue[] Decode(ReadOnlySpan<nint> handles)
    {
        TapeValue[] values = new TapeValue[handles.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ValueOf(handles[i]);
        }

        return values;
    }

    // What was never seen came from outside: a weight.
    private TapeValue ValueOf(nint handle)
    {
        nint key = CppFunctions.Implementation(handle);
        if (!_values.TryGetValue(key, out TapeValue? value))
        {
            value = Constant(handle, origin: null);
            _values.Add(key, value);
        }

        return value;
    }

    // Another tensor for the same memory: the computation may free its own when it likes.
    private TapeValue Constant(nint handle, TapeValue? origin)
    {
        Tape? recording = s_current;
        s_current = null;
        try
        {
            Tensor own = Tensor.AliasOf(handle).Detached();
            _constants.Add(own);
            return new TapeValue(own, origin);
        }
        finally
        {
            s_current = recording;
        }
    }
}
