namespace Panoptes.Onnx;

/// <summary>How ONNX Runtime runs a network.</summary>
public sealed record OnnxOptions
{
    /// <summary>Threads that one run uses inside its operators; 0, the default, takes all cores that the process may use.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">A value is not allowed.</exception>
    public void Validate()
    {
        if (Threads < 0)
        {
            throw new InputException($"threads is {Threads}; it must be at least 1, or 0 for all cores");
        }
    }
}
