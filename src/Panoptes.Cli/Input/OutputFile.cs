namespace Panoptes.Cli.Input;

/// <summary>A file that an option names and that is to be written.</summary>
internal static class OutputFile
{
    /// <summary>Checks that the file has a place to be: before the work, not after it.</summary>
    /// <param name="option">The option, for the message.</param>
    /// <param name="path">The file.</param>
    /// <returns>Its whole path.</returns>
    /// <exception cref="InputException">It is a folder, or its folder is not there.</exception>
    public static string Require(string option, string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new InputException($"{option}: '{path}' is a folder; a file is needed");
        return Directory.Exists(Path.GetDirectoryName(full))
            ? full
            : throw new InputException($"{option}: the folder of '{path}' does not exist");
    }
}
