namespace Panoptes.Fuzz;

/// <summary>An input, in memory and on demand in a file.</summary>
/// <param name="bytes">The content.</param>
/// <param name="folder">A folder of its own for the target.</param>
internal sealed class Input(byte[] bytes, string folder)
{
    /// <summary>The content.</summary>
    public byte[] Bytes => bytes;

    /// <summary>A folder that belongs to the target, for what a reader needs next to its file and for what it writes.</summary>
    public string Folder => folder;

    /// <summary>The content as text, as readers get it that are given one.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(bytes);

    /// <summary>Writes the content to a file of the folder.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its path.</returns>
    public string InFile(string name)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
