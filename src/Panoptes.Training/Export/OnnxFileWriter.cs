using Panoptes.Inference;

namespace Panoptes.Training.Export;

/// <summary>
/// Writes a ModelProto. Weights go from their tensors into the file one after the other; the file is never in memory as a whole.
/// </summary>
internal static class OnnxFileWriter
{
    /// <summary>The version of the format: that of ONNX 1.14, which brought <see cref="OperatorSet"/>.</summary>
    private const int IrVersion = 9;

    /// <summary>Version 19 of the operators is the first with DeformConv; ONNX Runtime knows it since 1.15.</summary>
    public const int OperatorSet = 19;

    /// <summary>Writes a model.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="graph">Operators and constants; a constant that nothing uses is not written.</param>
    /// <param name="inputs">The graph's inputs (ValueInfoProto).</param>
    /// <param name="outputs">The graph's outputs (ValueInfoProto).</param>
    /// <param name="metadata">Texts by name.</param>
    public static void Write(
        Stream stream,
        OnnxGraph graph,
        IReadOnlyList<ProtoMessage> inputs,
        IReadOnlyList<ProtoMessage> outputs,
        IReadOnlyDictionary<string, string> metadata)
    {
        ProtoMessage model = new ProtoMessage().Add(1, IrVersion).Add(2, "Panoptes").Add(3, ModelCard.LibraryVersion);
        model.Add(8, new ProtoMessage().Add(1, "").Add(2, OperatorSet));
        foreach ((string key, string value) in metadata)
        {
            model.Add(14, new ProtoMessage().Add(1, key).Add(2, value));
        }

        ProtoMessage rest = new ProtoMessage().Add(2, "network");
        foreach (ProtoMessage input in inputs)
        {
            rest.Add(11, input);
        }

        foreach (ProtoMessage output in outputs)
        {
            rest.Add(12, output);
        }

        ProtoMessage nodes = new();
        foreach (OnnxNode node in graph.Nodes)
        {
            nodes.Add(1, node.ToProto());
        }

        HashSet<string> used = [.. graph.CountUses().Keys];
        (ProtoMessage Start, OnnxConstant Constant)[] constants =
            [.. graph.Constants.Values.Where(constant => used.Contains(constant.Name)).Select(constant => (Start(constant), constant))];
        long length = nodes.Bytes.Length + rest.Bytes.Length + constants.Sum(c => c.Start.Bytes.Length + c.Constant.ByteCount);
        stream.Write(model.Bytes);
        stream.Write(new ProtoMessage().BeginBytes(7, length).Bytes);
        stream.Write(nodes.Bytes);
        foreach ((ProtoMessage start, OnnxConstant constant) in constants)
        {
            stream.Write(start.Bytes);
            constant.WriteElements(stream);
        }

        stream.Write(rest.Bytes);
    }

    // An initializer of the graph up to its elements.
    private static ProtoMessage Start(OnnxConstant constant)
    {
        ProtoMessage header = constant.Header();
        ProtoMessage start = new ProtoMessage().BeginBytes(5, header.Bytes.Length + constant.ByteCount);
        return start.Append(header);
    }
}
