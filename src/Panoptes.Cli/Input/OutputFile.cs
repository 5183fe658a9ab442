using System.CommandLine;

namespace Panoptes.Cli.Input;

/// <summary>A file that an option names and that is to be written.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Makes the file's folder if it is not there, removes what ended processes left half written in it, and tries whether a file can be
    /// written there: hours of work may come before it is.
    /// </summary>
    /// <param name="option">The option, for the message.</param>
    /// <param name="path">The file.</param>
    /// <returns>Its path as it was given.</returns>
    /// <exception cref="InputException">It cannot be written there.</exception>
    public static string Prepare(string option, string path)
    {
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw InputException.ForSetting(option, $"'{path}' is a folder; a file is needed");
        }

        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            FileDraft.RemoveLeftOvers(folder);
            new FileDraft(path, bufferSize: 0).Dispose();
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw InputException.ForSetting(option, $"'{path}' cannot be written: {e.Message}", InputErrorKind.Unreadable, e);
        }
    }

    /// <summary>As <see cref="Prepare(string, string)"/>; null where the option is not given.</summary>
    public static string? Of(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } path ? Prepare(option.Name, path) : null;
}
