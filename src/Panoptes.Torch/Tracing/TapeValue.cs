namespace Panoptes.Torch.Tracing;

/// <summary>
/// What a tensor held at one moment of a recorded computation. An operator that works in place makes another value of it.
/// </summary>
public sealed class TapeValue
{
    internal TapeValue(IReadOnlyList<long> shape, TapeStep? producer) => (Shape, Producer) = (shape, producer);

    internal TapeValue(Tensor constant, TapeValue? origin)
        : this(constant.Shape.ToArray(), producer: null) => (Constant, Origin) = (constant, origin);

    /// <summary>
    /// The values, where they do not depend on the computation's inputs: weights, and what was computed only from weights. Null for all
    /// else. Belongs to the tape.
    /// </summary>
    public Tensor? Constant { get; }

    /// <summary>The constant that a constant was computed from, the first of them: a weight for the same weight with a normalization in it.
    /// Null for what came from outside of the computation, and for all but constants.</summary>
    public TapeValue? Origin { get; }

    /// <summary>The step that computed it; null for inputs and constants.</summary>
    public TapeStep? Producer { get; }

    /// <summary>Its sizes, of this one run.</summary>
    public IReadOnlyList<long> Shape { get; }
}
