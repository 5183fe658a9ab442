namespace Panoptes.Training.Engine;

/// <summary>Training diverged: a loss is not a number or infinite. The message says which, on which images, and what to try.</summary>
public sealed class NonFiniteLossException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public NonFiniteLossException()
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    public NonFiniteLossException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    public NonFiniteLossException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
