using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Optim;

/// <summary>
/// An exponential moving average of weights: after step t, a ← d·a + (1 − d)·w with d = min(decay, (1 + t) / (10 + t)), t from 0, so that
/// the random start is forgotten soon. It takes the memory of one copy.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private const string StepsName = "steps";

    // Plain descent is the same sum: with decay 1 and the weights as negative gradients, a ← a − (1 − d)·(a − w), in one pass over memory.
    private static readonly Operator s_step = new(
        "aten::_fused_sgd_",
        "",
        "self grads momentum_buffer_list weight_decay momentum lr dampening nesterov maximize is_first_step grad_scale found_inf");

    private readonly double _decay;
    private readonly (string Name, Tensor Weight, Tensor Average)[] _entries;
    private long _steps;
    private bool _inUse;

    /// <summary>Begins with the weights as they are.</summary>
    /// <param name="weights">The weights by name: tensors of floating-point numbers, each of them once.</param>
    /// <param name="decay">d after many steps, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is negative, not a number, or not below 1.</exception>
    public WeightAverage(IEnumerable<(string Name, Tensor Value)> weights, double decay)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Optimizer.CheckNumber(decay, nameof(decay));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1);
        _decay = decay;
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        _entries = [.. weights.Select(w => (w.Name, w.Value, w.Value.EmptyLike().CopyInPlace(w.Value).Detached()))];
    }

    /// <summary>Moves the average towards the weights, after a step of the optimizer.</summary>
    public void Update()
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        double keep = Math.Min(_decay, (1.0 + _steps) / (10.0 + _steps));
        foreach (IGrouping<(DType DType, Device Device), (string Name, Tensor Weight, Tensor Average)> entries in
            _entries.GroupBy(entry => (entry.Weight.DType, entry.Weight.Device)))
        {
            Optimizer.Call(
                s_step,
                [[.. entries.Select(e => e.Average)], [.. entries.Select(e => e.Weight.Detach())], []],
                [
                    Value.Of(1.0), // decay
                    Value.Of(0.0), // momentum
                    Value.Of(1 - keep),
                    Value.Of(0.0), // dampening
                    Value.Of(false), // Nesterov
                    Value.Of(true), // maximize: along the negative gradient's other side
                    Value.Of(false), // the first step
                    Value.None,
                    Value.None,
                ]);
        }

        _steps++;
    }

    /// <summary>
    /// Lets the average stand in for the weights until the result is disposed of. Nothing is copied: the two change places in memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does so already.</exception>
    public IDisposable Begin()
    {
        if (_inUse)
        {
            throw new InvalidOperationException("the average stands in for the weights already");
        }

        _inUse = true;
        Swap();
        return new Use(this);
    }

    /// <summary>The averages by the names of their weights, and the number of steps, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        _entries.Select(entry => (entry.Name, entry.Average)).Prepend((StepsName, Tensor.From<long>([_steps])));

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <param name="state">The averages by name; they are copied.</param>
    /// <exception cref="InvalidDataException">A name is missing, or a shape is another than its weight's.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        Dictionary<string, Tensor> stored = state.ToDictionary(s => s.Name, s => s.Value);
        Tensor steps = Take(StepsName);
        Tensor[] averages = [.. _entries.Select(entry => Take(entry.Name))];
        foreach (((string name, Tensor weight, _), Tensor value) in _entries.Zip(averages))
        {
            if (!value.Shape.SequenceEqual(weight.Shape))
            {
                throw new InvalidDataException(
                    $"the average of '{name}' has shape {value.ShapeText()}, its weight {weight.ShapeText()}");
            }
        }

        using NoGrad noGrad = new();
        _steps = (long)steps.ToDouble();
        foreach (((_, _, Tensor average), Tensor value) in _entries.Zip(averages))
        {
            average.CopyInPlace(value);
        }

        Tensor Take(string name) => stored.TryGetValue(name, out Tensor? value)
            ? value
            : throw new InvalidDataException($"the state of the weights' average is missing '{name}'");
    }

    /// <summary>Frees the averages; the weights stay.</summary>
    public void Dispose()
    {
        foreach ((_, _, Tensor average) in _entries)
        {
            average.Dispose();
        }
    }

    private void Swap()
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach ((_, Tensor weight, Tensor average) in _entries)
        {
            Tensor own = weight.Detach();
            weight.SetData(average);
            average.SetData(own);
        }
    }

    /// <summary>The time in which the average stands in for the weights.</summary>
    private sealed class Use : IDisposable
    {
        private WeightAverage? _average;

        public Use(WeightAverage average) => _average = average;

        /// <summary>Gives the weights their place back.</summary>
        public void Dispose()
        {
            if (_average is { } average)
            {
                _average = null;
                average.Swap();
                average._inUse = false;
            }
        }
    }
}
