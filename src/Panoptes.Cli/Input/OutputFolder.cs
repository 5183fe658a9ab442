namespace Panoptes.Cli.Input;

/// <summary>The folder that <c>--output</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder if it is not there.</summary>
    /// <returns>Its path as it was given.</returns>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static string Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--output: the folder '{path}' cannot be made: {e.Message}", e);
        }
    }
}
