namespace Panoptes;

/// <summary>
/// Something the user gave is wrong: a file, a value in it, or a setting. The message is one line that names the file, the key or
/// the value, and says what is allowed; the command line prints it as it stands and exits with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public InputException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: what is wrong, where, and what is allowed.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">One line: what is wrong, where, and what is allowed.</param>
    /// <param name="inner">The lower-level error.</param>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
