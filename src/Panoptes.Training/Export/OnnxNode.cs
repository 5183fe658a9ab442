namespace Panoptes.Training.Export;

/// <summary>An operator of an ONNX graph with one result (NodeProto).</summary>
/// <param name="Type">Its ONNX name.</param>
/// <param name="Inputs">The values that it takes; an empty name for an optional one that is skipped.</param>
/// <param name="Attributes">Integers, numbers, texts, or lists of integers, by name.</param>
/// <param name="Output">The name of its result.</param>
internal sealed record OnnxNode(
    string Type, IReadOnlyList<string> Inputs, IReadOnlyList<(string Name, object Value)> Attributes, string Output)
{
    /// <summary>The node as a file holds it. Field numbers are those of onnx.proto.</summary>
    public ProtoMessage ToProto()
    {
        ProtoMessage node = new();
        foreach (string input in Inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, Output).Add(3, $"{Type}_{Output}").Add(4, Type);
        foreach ((string name, object value) in Attributes)
        {
            node.Add(5, Attribute(name, value));
        }

        return node;
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
