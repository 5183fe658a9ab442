using Panoptes.Onnx;

namespace Panoptes.Inference;

/// <summary>
/// Describes a model file, trained (safetensors) or exported (ONNX): its metadata, and the names, types and shapes of its tensors. Their
/// values are not read, and no engine is needed.
/// </summary>
public sealed class ModelHeader
{
    private ModelHeader(bool isOnnx, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<ModelTensor> tensors) =>
        (IsOnnx, Metadata, Tensors) = (isOnnx, metadata, tensors);

    /// <summary>Whether the file is an ONNX file; otherwise it is a safetensors file.</summary>
    public bool IsOnnx { get; }

    /// <summary>The texts that the writer stored, by name; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of the file; of an ONNX file the constants of its graph.</summary>
    public IReadOnlyList<ModelTensor> Tensors { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist, is of another kind, which the message names, or is cut off.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelHeader Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads the header of a file from a stream that can seek.</summary>
    /// <param name="stream">The stream, at the file's beginning; it stays open.</param>
    /// <param name="source">What messages call it; a name that ends with <c>.onnx</c> says what to expect of a file of neither
    /// kind.</param>
    /// <exception cref="InputException">The data is of another kind, which the message names, or is cut off.</exception>
    public static ModelHeader Read(Stream stream, string source = "model")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        byte[] start = FileKind.Peek(stream);
        if (FileKind.IsOnnx(start) || (!FileKind.IsSafetensors(start) && source.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)))
        {
            OnnxHeader onnx = OnnxHeader.Read(stream, source);
            return new ModelHeader(true, onnx.Metadata, onnx.Weights);
        }

        SafetensorsHeader header = SafetensorsHeader.Read(stream, source);
        return new ModelHeader(
            false, header.Metadata, [.. header.Tensors.Select(part => new ModelTensor(part.Name, part.Format, part.Shape))]);
    }
}
