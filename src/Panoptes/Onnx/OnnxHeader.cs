using System.Globalization;
using System.Text;
using Panoptes.Inference;

namespace Panoptes.Onnx;

/// <summary>
/// What an ONNX file says about itself: its metadata, and the names and sizes of its weights, whose values are skipped. Needs no ONNX
/// Runtime. The format is that of Protocol Buffers (protobuf.dev/programming-guides/encoding), the fields are onnx.proto's
/// (github.com/onnx/onnx).
/// </summary>
internal sealed class OnnxHeader
{
    // More than any network has: sizes are kept, and a damaged file may claim any number of them.
    private const int MostDimensions = 64;

    private readonly Dictionary<string, string> _metadata = [];
    private readonly List<ModelTensor> _weights = [];

    private OnnxHeader()
    {
    }

    /// <summary>The texts that the writer stored, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The constants of the graph.</summary>
    public IReadOnlyList<ModelTensor> Weights => _weights;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist, is not an ONNX file, or is cut off.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxHeader Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a file from a stream that can tell its length and position.</summary>
    /// <param name="stream">The stream, at the file's beginning; it stays open.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">The data is not an ONNX file, or is cut off.</exception>
    public static OnnxHeader Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] start = FileKind.Peek(stream);
        try
        {
            OnnxHeader header = new();
            bool hasGraph = header.ReadModel(new ProtobufMessage(stream, stream.Length));
            return hasGraph ? header : throw new InvalidDataException("it has no graph");
        }
        catch (Exception error)
            when (error is InvalidDataException or EndOfStreamException or DecoderFallbackException or OverflowException)
        {
            string kind = FileKind.Name(start) is { } name && !FileKind.IsOnnx(start) ? $" but {name}" : ", or it is cut off";
            throw new InputException(
                InputErrorKind.Damaged, source, null,
                $"this is not an ONNX file{kind} ({error.Message.TrimEnd('.')})",
                error);
        }
    }

    // ModelProto: 7 is the graph, 14 the metadata.
    private bool ReadModel(ProtobufMessage model)
    {
        bool hasGraph = false;
        while (model.Next(out int field))
        {
            switch (field)
            {
                case 7:
                    hasGraph = true;
                    ReadGraph(model.Nested());
                    break;
                case 14:
                    ReadEntry(model.Nested());
                    break;
                default:
                    model.Skip();
                    break;
            }
        }

        return hasGraph;
    }

    // StringStringEntryProto
    private void ReadEntry(ProtobufMessage entry)
    {
        (string key, string value) = ("", "");
        while (entry.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    key = entry.Text();
                    break;
                case 2:
                    value = entry.Text();
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }

        _metadata[key] = value;
    }

    // GraphProto: 5 is an initializer.
    private void ReadGraph(ProtobufMessage graph)
    {
        while (graph.Next(out int field))
        {
            if (field == 5)
            {
                ReadWeight(graph.Nested());
            }
            else
            {
                graph.Skip();
            }
        }
    }

    // TensorProto: 1 is a size or all of them packed, 2 the element type, 8 the name.
    private void ReadWeight(ProtobufMessage tensor)
    {
        (string name, long type) = ("", 0);
        List<long> shape = [];
        while (tensor.Next(out int field))
        {
            switch (field)
            {
                case 1 when tensor.IsVarint:
                    AddSize(shape, tensor.Integer());
                    break;
                case 1:
                    for (ProtobufMessage sizes = tensor.Nested(); !sizes.IsAtEnd;)
                    {
                        AddSize(shape, sizes.Varint());
                    }

                    break;
                case 2:
                    type = tensor.Integer();
                    break;
                case 8:
                    name = tensor.Text();
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        }

        ModelTensor weight = new(name, NameOf(type), shape);
        _ = weight.Count; // fails where the sizes cannot be those of a tensor
        _weights.Add(weight);
    }

    private static void AddSize(List<long> shape, long size)
    {
        if (shape.Count == MostDimensions)
        {
            throw new InvalidDataException($"a weight has more than {MostDimensions} dimensions");
        }

        shape.Add(size);
    }

    // TensorProto.DataType
    private static string NameOf(long type) => type switch
    {
        1 => "F32",
        2 => "U8",
        3 => "I8",
        6 => "I32",
        7 => "I64",
        9 => "BOOL",
        10 => "F16",
        11 => "F64",
        16 => "BF16",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };
}
