namespace Panoptes;

/// <summary>
/// Something the user gave is wrong: a file, a value in it, or a setting. The message is one line that names the file, the key or
/// the value, and says what is allowed; the command line prints it as it stands and exits with code 2. A service can answer a request
/// whose content it reports with HTTP 400, or 413 where <see cref="Kind"/> is <see cref="InputErrorKind.TooLarge"/>.
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
    /// <param name="inner">The lower-level error; of another <see cref="InputException"/>, file, place and kind are taken over.</param>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
        if (inner is InputException input)
        {
            (File, Place, Kind) = (input.File, input.Place, input.Kind);
        }
    }

    /// <summary>Creates the exception for a place in a file; the message is <c>FILE: PLACE: PROBLEM</c>.</summary>
    /// <param name="kind">What is wrong.</param>
    /// <param name="file">The file, or the name of a stream; null where it is not known here.</param>
    /// <param name="place">The key, line or element in it; null for the file as a whole.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="inner">The lower-level error, if any.</param>
    public InputException(InputErrorKind kind, string? file, string? place, string problem, Exception? inner = null)
        : base(string.Join(": ", new[] { file, place, problem }.Where(part => !string.IsNullOrEmpty(part))), inner) =>
        (Kind, File, Place) = (kind, file, place);

    /// <summary>The file that is wrong, or the name that a stream was given; null where it is not known.</summary>
    public string? File { get; init; }

    /// <summary>The key, line or element that is wrong, such as <c>annotations[12].bbox</c>; null where it is not known.</summary>
    public string? Place { get; init; }

    /// <summary>What is wrong.</summary>
    public InputErrorKind Kind { get; init; }

    /// <summary>The same with the file's name in front of the message, for readers that learn of it further out.</summary>
    /// <param name="file">The file.</param>
    public InputException InFile(string file) => new($"{file}: {Message}", this) { File = file };
}
