namespace Panoptes.Torch;

/// <summary>An error from libtorch. The message names the operator, its arguments' types and shapes, and libtorch's own reason.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public TorchException()
    {
    }

    /// <summary>Makes an exception with libtorch's message.</summary>
    public TorchException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and its cause.</summary>
    public TorchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
