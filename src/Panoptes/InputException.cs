namespace Panoptes;

/// <summary>
/// Something the user gave is wrong: a file, a value in it, or a setting. The message is one line that names the file, the key or
/// the value, and says what is allowed; the command line prints it as it stands and exits with code 2. A service can answer a request
/// whose content it reports with HTTP 400, or 413 where <see cref="Kind"/> is <see cref="InputErrorKind.TooLarge"/>.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception for a place in a file; the message is <c>FILE: PLACE: PROBLEM</c>.</summary>
    /// <param name="kind">What is wrong.</param>
    /// <param name="file">The file or folder, or the name of a stream.</param>
    /// <param name="place">The key, line or element in it; null for the file as a whole.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="inner">The lower-level error, if any.</param>
    public InputException(InputErrorKind kind, string file, string? place, string problem, Exception? inner = null)
        : this(Join(file, place, problem), kind, file, place, inner)
    {
    }

    private InputException(string message, InputErrorKind kind, string? file, string? place, Exception? inner)
        : base(message, inner) => (Kind, File, Place) = (kind, file, place);

    /// <summary>The file that is wrong, or the name that a stream was given; null where it is not a file's content.</summary>
    public string? File { get; }

    /// <summary>The key, line or element that is wrong, such as <c>annotations[12].bbox</c>, or the setting; null where the file or
    /// the message says all.</summary>
    public string? Place { get; }

    /// <summary>What is wrong.</summary>
    public InputErrorKind Kind { get; }

    /// <summary>Creates the exception for a value that no file holds: an option, a property, a key that was set.</summary>
    /// <param name="setting">Its name; null where the problem names it.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="kind">What is wrong; of another <see cref="InputException"/> inside, its kind is taken.</param>
    /// <param name="inner">The lower-level error, if any.</param>
    public static InputException ForSetting(
        string? setting, string problem, InputErrorKind kind = InputErrorKind.Invalid, Exception? inner = null) =>
        new(Join(null, setting, problem), (inner as InputException)?.Kind ?? kind, (inner as InputException)?.File, setting, inner);

    /// <summary>
    /// Creates the exception for content whose file is not known where it is read, as an object's run lengths are. Whoever knows the
    /// file adds it by <see cref="InFile"/>.
    /// </summary>
    /// <param name="place">The key, line or element; null where the problem names it.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="kind">What is wrong; of another <see cref="InputException"/> inside, its kind is taken.</param>
    /// <param name="inner">The lower-level error, if any.</param>
    public static InputException InContent(
        string? place, string problem, InputErrorKind kind = InputErrorKind.Invalid, Exception? inner = null) =>
        new(Join(null, place, problem), (inner as InputException)?.Kind ?? kind, (inner as InputException)?.File, place, inner);

    /// <summary>The same in a file, for readers that learn of it further out: the message begins with the file and the place.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">Where in it; null keeps the place that is known.</param>
    public InputException InFile(string file, string? place = null)
    {
        // What is wrong in a file that this one names stays that file's.
        string? within = place is null ? Place : Place is null ? place : $"{place}: {Place}";
        return new(Join(file, place, Message), Kind, File ?? file, File is null ? within : Place, this);
    }

    /// <summary>The same of a file that the message names already.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">Where in it; null keeps the place that is known.</param>
    public InputException OfFile(string file, string? place = null) => new(Message, Kind, file, place ?? Place, InnerException ?? this);

    /// <summary>The same in other words; file, place and kind stay.</summary>
    /// <param name="message">The whole message.</param>
    public InputException WithMessage(string message) => new(message, Kind, File, Place, this);

    private static string Join(string? file, string? place, string problem) =>
        string.Join(": ", new[] { file, place, problem }.Where(part => !string.IsNullOrEmpty(part)));
}
