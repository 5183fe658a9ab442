using System.Globalization;
using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>
/// A graph of ONNX operators while it is put together. Field numbers are those of onnx.proto (github.com/onnx/onnx, onnx/onnx.proto).
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1; // TensorProto.DataType

    private readonly Dictionary<string, OnnxConstant> _constants = [];
    private readonly Dictionary<string, string> _integers = [];
    private readonly Dictionary<float, string> _numbers = [];
    private int _values;

    /// <summary>The operators, in an order in which they can be computed.</summary>
    public List<OnnxNode> Nodes { get; private init; } = [];

    /// <summary>The constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxConstant> Constants => _constants;

    /// <summary>The names of the graph's outputs.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>A graph of other operators with the same constants and outputs.</summary>
    public OnnxGraph With(IEnumerable<OnnxNode> nodes)
    {
        OnnxGraph graph = new() { Nodes = [.. nodes], Outputs = Outputs };
        foreach (OnnxConstant constant in _constants.Values)
        {
            graph._constants.Add(constant.Name, constant);
        }

        return graph;
    }

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
        Nodes.Add(new OnnxNode(type, inputs, attributes ?? [], output));
        return output;
    }

    /// <summary>Adds numbers, such as a weight; they are read when the file is written.</summary>
    /// <returns>Their name.</returns>
    public string AddConstant(string name, Tensor values, bool isWeight = false)
    {
        _constants.Add(name, new OnnxConstant(name, values) { IsWeight = isWeight });
        return name;
    }

    /// <summary>Forgets a constant.</summary>
    public void Remove(string constant) => _constants.Remove(constant);

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

    /// <summary>How many operators take each value; an output of the graph is taken once more.</summary>
    public Dictionary<string, int> CountUses()
    {
        Dictionary<string, int> uses = Outputs.ToDictionary(name => name, _ => 1);
        foreach (string input in Nodes.SelectMany(node => node.Inputs))
        {
            uses[input] = uses.GetValueOrDefault(input) + 1;
        }

        return uses;
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
}
