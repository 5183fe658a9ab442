namespace Panoptes.Cli.Input;

/// <summary>The folder that <c>--output</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>Throws if the folder cannot be one, before any work is done.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InputException">It is a file.</exception>
    public static void RequireNoFile(string path)
    {
        if (File.Exists(path)) throw InputException.ForSetting("--output", $"'{path}' is a file; a folder is needed");
    }

    /// <summary>
    /// Makes the folder if it is not there, removes what ended processes left half written in it, and tries whether files can be written
    /// there.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="isShared">Whether processes on other machines write into it, whose files look like those of ended ones: all stay.</param>
    /// <returns>Its path as it was given.</returns>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static string Create(string path, bool isShared = false)
    {
        try
        {
            RequireNoFile(path);
            Directory.CreateDirectory(path);
            if (!isShared) FileDraft.RemoveLeftOvers(path);
            new FileDraft(Path.Combine(path, "result"), bufferSize: 0).Dispose();
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.ForSetting("--output", $"files cannot be written to the folder '{path}': {e.Message}", InputErrorKind.Unreadable, e);
        }
    }
}
