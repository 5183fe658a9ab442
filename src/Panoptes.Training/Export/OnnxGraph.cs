using System.Globalization;
using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>
/// A graph of ONNX operators while it is put together. Field numbers are those of onnx.proto (github.com/onnx/onnx, onnx/onnx.proto).
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1; // TensorProto.DataType

    private readonly ProtoMessage _nodes = new();
    private readonly Dictionary<string, string> _integers = [];
    private readonly Dictionary<float, string> _numbers = [];
    private int _values;

    /// <summary>The constants, in the order of their addition.</summary>
    public List<OnnxConstant> Constants { get; } = [];

    /// <summary>The nodes as fields of a GraphProto.</summary>
    public ReadOnlySpan<byte> Nodes => _nodes.Bytes;

    /// <summary>Adds an operator with one result.</summary>
    /// <param name="type">Its ONNX name.</param>
    /// <param name="inputs">The values that it takes; an empty name for an optional one that is skipped.</param>
    /// <param name="attributes">Integers, numbers, texts, or lists of integers, by name.</param>
    /// <param name="output">The name of its result; null for any.</param>
    /// <returns>The name of its result.</returns>
    public string Add(
        string type,
        IReadOnlyList<string> inputs,
        IReadOnlyList<(string Name, object Value)>? attributes = null,
        string? output = null)
    {
        output ??= string.Create(CultureInfo.InvariantCulture, $"value_{_values++}");
        ProtoMessage node = new();
        foreach (string input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(3, $"{type}_{output}").Add(4, type);
        foreach ((string name, object value) in attributes ?? [])
        {
            node.Add(5, Attribute(name, value));
        }

        _nodes.Add(1, node);
        return output;
    }

    /// <summary>Adds numbers, such as a weight; they are read when the file is written.</summary>
    /// <returns>Their name.</returns>
    public string AddConstant(string name, Tensor values)
    {
        Constants.Add(new OnnxConstant(name, values));
        return name;
    }

    /// <summary>A list of integers of 64 bits, the same constant for the same list.</summary>
    public string Integers(params ReadOnlySpan<long> values) => Integers(string.Join(',', values.ToArray()), [values.Length], values);

    /// <summary>A single integer of 64 bits, without a dimension.</summary>
    public string Integer(long value) => Integers($"one {value}", [], [value]);

    /// <summary>A single number, without a dimension.</summary>
    public string Number(double value)
    {
        float key = (float)value;
        if (!_numbers.TryGetValue(key, out string? name))
        {
            name = AddConstant($"number_{_numbers.Count}", Tensor.From<float>([key], []));
            _numbers.Add(key, name);
        }

        return name;
    }

    /// <summary>An input or output of floats (ValueInfoProto); negative sizes are any, and named.</summary>
    public static ProtoMessage Describe(string name, IReadOnlyList<(long Size, string Name)> shape)
    {
        ProtoMessage dimensions = new();
        foreach ((long size, string dimension) in shape)
        {
            dimensions.Add(1, size >= 0 ? new ProtoMessage().Add(1, size) : new ProtoMessage().Add(2, dimension));
        }

        ProtoMessage tensor = new ProtoMessage().Add(1, Float).Add(2, dimensions);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }

    private string Integers(string key, ReadOnlySpan<long> shape, ReadOnlySpan<long> values)
    {
        if (!_integers.TryGetValue(key, out string? name))
        {
            name = AddConstant($"integers_{_integers.Count}", Tensor.From(values, shape));
            _integers.Add(key, name);
        }

        return name;
    }

    // AttributeProto: its kind is field 20.
    private static ProtoMessage Attribute(string name, object value)
    {
        ProtoMessage attribute = new ProtoMessage().Add(1, name);
        switch (value)
        {
            case float number:
                return attribute.Add(2, number).Add(20, 1);
            case long integer:
                return attribute.Add(3, integer).Add(20, 2);
            case string text:
                return attribute.Add(4, text).Add(20, 3);
            case IReadOnlyList<long> integers:
                foreach (long integer in integers)
                {
                    attribute.Add(8, integer);
                }

                return attribute.Add(20, 7);
            default:
                throw new ArgumentException($"The attribute {name} has a value of type {value.GetType().Name}.", nameof(value));
        }
    }
}
