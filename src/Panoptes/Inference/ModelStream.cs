namespace Panoptes.Inference;

/// <summary>Opens the file of a model, whatever its format.</summary>
internal static class ModelStream
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="InputException">The file does not exist, or it may not be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return InputFile.Open(path);
    }
}
