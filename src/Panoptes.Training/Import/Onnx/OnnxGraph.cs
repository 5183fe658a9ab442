using System.Text;

namespace Panoptes.Training.Import.Onnx;

/// <summary>
/// The operators and constants of an ONNX file; the constants' values stay in the file. The fields are those of onnx.proto
/// (github.com/onnx/onnx).
/// </summary>
internal sealed class OnnxGraph
{
    // onnx.proto: TensorProto.dims, data_type, float_data, name, raw_data.
    private const int Dims = 1;
    private const int DataType = 2;
    private const int FloatData = 4;
    private const int Name = 8;
    private const int RawData = 9;

    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, GraphTensor> _tensors = [];

    private OnnxGraph()
    {
    }

    /// <summary>The operators, in an order in which they can be computed.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The constants by name.</summary>
    public IReadOnlyDictionary<string, GraphTensor> Tensors => _tensors;

    /// <summary>Reads a file.</summary>
    /// <param name="stream">The file, at its beginning; it stays open.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">The file is not an ONNX file, or is cut off.</exception>
    public static OnnxGraph Read(Stream stream, string source)
    {
        try
        {
            OnnxGraph graph = new();
            ProtobufMessage model = new(stream, stream.Length);
            bool hasGraph = false;
            while (model.Next(out int field))
            {
                if (field == 7) // ModelProto.graph
                {
                    graph.ReadGraph(model.Nested());
                    hasGraph = true;
                }
                else
                {
                    model.Skip();
                }
            }

            return hasGraph ? graph : throw new InvalidDataException("it has no graph");
        }
        catch (Exception error)
            when (error is InvalidDataException or EndOfStreamException or DecoderFallbackException or OverflowException)
        {
            throw new InputException(
                InputErrorKind.Damaged, source, null, $"this is not an ONNX file, or it is cut off ({error.Message.TrimEnd('.')}).", error);
        }
    }

    // GraphProto: 1 is a node, 5 an initializer.
    private void ReadGraph(ProtobufMessage graph)
    {
        while (graph.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    _nodes.Add(ReadNode(graph.Nested()));
                    break;
                case 5:
                    ReadTensor(graph.Nested());
                    break;
                default:
                    graph.Skip();
                    break;
            }
        }
    }

    // NodeProto: 1 is an input, 2 an output, 4 the operator, 5 an attribute.
    private static GraphNode ReadNode(ProtobufMessage node)
    {
        List<string> inputs = [];
        List<string> outputs = [];
        string name = "";
        IReadOnlyList<long> strides = [];
        while (node.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    inputs.Add(node.Text());
                    break;
                case 2:
                    outputs.Add(node.Text());
                    break;
                case 4:
                    name = node.Text();
                    break;
                case 5:
                    strides = ReadStrides(node.Nested()) ?? strides;
                    break;
                default:
                    node.Skip();
                    break;
            }
        }

        return new GraphNode(name, inputs, outputs, strides);
    }

    // AttributeProto: 1 is the name, 8 whole numbers.
    private static List<long>? ReadStrides(ProtobufMessage attribute)
    {
        string name = "";
        List<long> values = [];
        while (attribute.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    name = attribute.Text();
                    break;
                case 8:
                    ReadNumbers(attribute, values);
                    break;
                default:
                    attribute.Skip();
                    break;
            }
        }

        return name == "strides" ? values : null;
    }

    private void ReadTensor(ProtobufMessage tensor)
    {
        string name = "";
        (long type, long offset, long length) = (0, -1, 0);
        List<long> shape = [];
        while (tensor.Next(out int field))
        {
            switch (field)
            {
                case Dims:
                    ReadNumbers(tensor, shape);
                    break;
                case DataType:
                    type = tensor.Integer();
                    break;
                case Name:
                    name = tensor.Text();
                    break;
                case RawData or FloatData when !tensor.IsVarint: // packed floats are the same bytes
                    ProtobufMessage data = tensor.Nested();
                    (offset, length) = (data.Position, data.Remaining);
                    data.SkipRest();
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        }

        _tensors[name] = new GraphTensor(type, shape, offset, length);
    }

    private static void ReadNumbers(ProtobufMessage message, List<long> numbers)
    {
        if (message.IsVarint)
        {
            numbers.Add(message.Integer());
            return;
        }

        for (ProtobufMessage packed = message.Nested(); !packed.IsAtEnd;)
        {
            numbers.Add(packed.Varint());
        }
    }
}
