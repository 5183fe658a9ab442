namespace Panoptes.Torch;

/// <summary>
/// Frees every tensor made on this thread between its construction and its disposal, save those that were kept. Scopes nest; one
/// around each training step and each prediction keeps memory flat without a single explicit disposal.
/// </summary>
/// <example><code>
/// Tensor loss;
/// using (var scope = new TensorScope())
/// {
///     loss = scope.Keep(Loss(network.Forward(batch)));
/// }
/// </code></example>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? s_current;

    private readonly TensorScope? _outer;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Tensor> _tensors = [];
    private bool _disposed;

    /// <summary>Opens a scope inside the current one of this thread.</summary>
    public TensorScope()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>Number of tensors that this scope will free.</summary>
    public int Count => _tensors.Count;

    internal static TensorScope? Current => s_current;

    /// <summary>
    /// Moves a tensor of this scope to the surrounding one, or out of all scopes when there is none. A tensor that is not this scope's
    /// stays where it is.
    /// </summary>
    /// <returns>The tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        if (tensor.Scope == this)
        {
            Remove(tensor);
            _outer?.Add(tensor);
        }

        return tensor;
    }

    /// <summary>Frees the tensors of this scope and makes the surrounding one current again.</summary>
    /// <exception cref="InvalidOperationException">
    /// Scopes are not closed in the reverse order of their opening, or on another thread.
    /// </exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (s_current != this || _thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("tensor scopes close on their own thread, the innermost first");
        }

        _disposed = true;
        s_current = _outer;

        // From the last to the first: results before what they were computed from.
        for (int i = _tensors.Count - 1; i >= 0; i--)
        {
            _tensors[i].Scope = null;
            _tensors[i].Dispose();
        }

        _tensors.Clear();
    }

    internal void Add(Tensor tensor)
    {
        tensor.Scope = this;
        tensor.ScopeIndex = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal void Remove(Tensor tensor)
    {
        Tensor last = _tensors[^1];
        _tensors[tensor.ScopeIndex] = last;
        last.ScopeIndex = tensor.ScopeIndex;
        _tensors.RemoveAt(_tensors.Count - 1);
        tensor.Scope = null;
    }
}
