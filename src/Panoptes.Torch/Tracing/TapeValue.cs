namespace Panoptes.Torch.Tracing;

/// <summary>What a tensor held at one moment of a recorded computation. An operator that works in place makes another value of it.</summary>
public sealed class TapeValue
{
    internal TapeValue(Tensor tensor, bool isConstant, TapeStep? producer = null)
    {
        Tensor = tensor;
        IsConstant = isConstant;
        Producer = producer;
        Shape = tensor.Shape.ToArray();
    }

    /// <summary>The tensor; of a constant, with the values that it was computed with.</summary>
    public Tensor Tensor { get; }

    /// <summary>Whether it does not depend on the computation's inputs: weights, and what was computed from weights alone.</summary>
    public bool IsConstant { get; }

    /// <summary>The step that computed it; null for inputs and constants.</summary>
    public TapeStep? Producer { get; }

    /// <summary>Its sizes, of this one run.</summary>
    public IReadOnlyList<long> Shape { get; }
}
