using Panoptes.Torch;

namespace Panoptes.Training.Import.Onnx;

/// <summary>The constants of an ONNX file; those of a residual network under torchvision's names.</summary>
internal sealed class OnnxWeights : WeightFile
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, GraphTensor> _tensors;

    private OnnxWeights(FileStream stream, string path, Dictionary<string, GraphTensor> tensors)
    {
        (_stream, Path, _tensors) = (stream, path, tensors);
        Shapes = tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape);
    }

    /// <inheritdoc />
    public override string Path { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It does not exist, is not an ONNX file, or two of its constants would have one name.</exception>
    public static OnnxWeights From(string path)
    {
        FileStream stream = InputFile.Open(path);
        try
        {
            return new OnnxWeights(stream, path, Renamed(OnnxGraph.Read(stream, path), path));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override Tensor Load(string name)
    {
        GraphTensor tensor = _tensors[name];
        // TensorProto.DataType
        DType type = tensor.Type switch
        {
            1 => DType.Float32,
            7 => DType.Int64,
            11 => DType.Float64,
            _ => throw Wrong(InputErrorKind.Unsupported, $"has the element type {tensor.Type}; numbers of 32 and 64 bits are read."),
        };
        long bytes = tensor.Shape.Aggregate((long)TensorBytes.SizeOf(type), (product, side) => side < 0 ? -1 : checked(product * side));
        if (tensor.Offset < 0)
        {
            throw Wrong(InputErrorKind.Unsupported, "has its values in another file.");
        }

        if (bytes != tensor.Length)
        {
            throw Wrong(
                InputErrorKind.Damaged, $"has {tensor.Length} bytes; the shape [{string.Join(", ", tensor.Shape)}] needs {bytes}.");
        }

        byte[] data = new byte[bytes];
        _stream.Position = tensor.Offset;
        _stream.ReadExactly(data);
        return TensorBytes.Create(type, data, [.. tensor.Shape]);

        InputException Wrong(InputErrorKind kind, string problem) => new(kind, Path, name, problem);
    }

    /// <inheritdoc />
    public override void Dispose() => _stream.Dispose();

    private static Dictionary<string, GraphTensor> Renamed(OnnxGraph graph, string path)
    {
        Dictionary<string, string> names = ResNetGraph.Names(graph);
        Dictionary<string, string> sources = []; // in the graph, by torchvision's name
        foreach (string source in graph.Tensors.Keys)
        {
            string name = names.GetValueOrDefault(source, source);
            if (!sources.TryAdd(name, source))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null, $"'{sources[name]}' and '{source}' are the same tensor, '{name}'.");
            }
        }

        return sources.ToDictionary(entry => entry.Key, entry => graph.Tensors[entry.Value]);
    }
}
