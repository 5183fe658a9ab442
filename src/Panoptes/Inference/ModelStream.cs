namespace Panoptes.Inference;

/// <summary>Opens the file of a model, whatever its format.</summary>
internal static class ModelStream
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="InputException">The file does not exist, or it may not be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: file not found", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InputException($"{path}: this is a folder, or a file that may not be read", error);
        }
    }
}
