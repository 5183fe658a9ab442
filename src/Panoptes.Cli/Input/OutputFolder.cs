namespace Panoptes.Cli.Input;

/// <summary>The folder that <c>--output</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder if it is not there, and removes what ended processes left half written in it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isShared">Whether processes on other machines write into it, whose files look like those of ended ones: all stay.</param>
    /// <returns>Its path as it was given.</returns>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static string Create(string path, bool isShared = false)
    {
        try
        {
            if (File.Exists(path)) throw InputException.ForSetting("--output", $"'{path}' is a file; a folder is needed");
            Directory.CreateDirectory(path);
            if (!isShared) FileDraft.RemoveLeftOvers(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.ForSetting("--output", $"the folder '{path}' cannot be made: {e.Message}", InputErrorKind.Unreadable, e);
        }
    }
}
