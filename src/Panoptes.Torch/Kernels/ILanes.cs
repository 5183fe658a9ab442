namespace Panoptes.Torch.Kernels;

/// <summary>
/// Several floats that the processor computes with at a time. The kernels are written once over it; the JIT compiles them for each width.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Floats in one.</summary>
    static abstract int Count { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Reads <see cref="Count"/> floats, aligned or not.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>All lanes the same.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>left * right + add, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf add);

    /// <summary>Asks for the cache line of <paramref name="at"/>, any address, to be brought to the core's own cache.</summary>
    static abstract void Prefetch(float* at);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Writes <see cref="Count"/> floats, aligned or not.</summary>
    void Store(float* to);

    /// <summary>The sum of all lanes.</summary>
    float Sum();
}
