using System.Runtime.ExceptionServices;

namespace Panoptes;

/// <summary>
/// What went wrong while several threads worked on many inputs: of several errors that of the first input, as one thread would have it.
/// </summary>
internal sealed class FirstError
{
    private readonly Lock _lock = new();
    private (int Index, ExceptionDispatchInfo Error)? _first;

    /// <summary>Whether anything went wrong so far.</summary>
    public bool Any => _first is not null;

    /// <summary>Takes an error.</summary>
    /// <param name="index">The input's place.</param>
    /// <param name="error">What went wrong with it.</param>
    public void Add(int index, Exception error)
    {
        lock (_lock)
        {
            if (_first is null || index < _first.Value.Index)
            {
                _first = (index, ExceptionDispatchInfo.Capture(error));
            }
        }
    }

    /// <summary>Throws the first input's error, if there is any.</summary>
    public void Throw() => _first?.Error.Throw();
}
