namespace Panoptes.Inference;

/// <summary>
/// The header of a safetensors file: names, types, shapes and places of the tensors, and the metadata; never the data. Everything is
/// checked against the length of the file, so that a reader may trust every offset.
/// </summary>
internal sealed class SafetensorsHeader
{
    private SafetensorsHeader(SafetensorsLayout layout)
    {
        Metadata = layout.Metadata;
        Tensors = layout.Parts;
    }

    /// <summary>The free text values that the writer stored; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsPart> Tensors { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist, or is not a safetensors file, or is cut off.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsHeader Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads the header at the start of a stream that can tell its length.</summary>
    /// <param name="stream">A stream at position 0.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InputException">The stream does not hold a whole safetensors file.</exception>
    public static SafetensorsHeader Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] start = FileKind.Peek(stream);
        try
        {
            return new SafetensorsHeader(SafetensorsLayout.Read(stream, source));
        }
        catch (InvalidDataException error)
        {
            string kind = FileKind.IsSafetensors(start) || FileKind.Name(start) is not { } name ? "" : $"; it is {name}";
            throw InputException.InContent(null, error.Message + kind, InputErrorKind.Damaged, error).OfFile(source);
        }
    }
}
