using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Training.Export;

/// <summary>A network as an ONNX file holds it.</summary>
/// <param name="Graph">Operators and constants.</param>
/// <param name="Outputs">Its outputs (ValueInfoProto).</param>
/// <param name="Card">Its card, which travels in the metadata.</param>
internal sealed record OnnxModel(OnnxGraph Graph, IReadOnlyList<ProtoMessage> Outputs, ModelCard Card)
{
    /// <summary>The same network with the results of some of its operators as further outputs.</summary>
    /// <param name="values">The names of these results; maps of any size.</param>
    public OnnxModel Showing(IReadOnlyCollection<string> values) => this with
    {
        Outputs = [.. Outputs, .. values.Select(name => OnnxGraph.Describe(name, [(-1, ""), (-1, ""), (-1, ""), (-1, "")]))],
    };

    /// <summary>Writes the file; an existing one is replaced only when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    public void Write(string path, CancellationToken cancellationToken) => AtomicFile.Write(path, stream =>
    {
        Write(stream);
        cancellationToken.ThrowIfCancellationRequested();
    });

    /// <summary>Opens the network in ONNX Runtime without a file.</summary>
    public OnnxNetwork Open()
    {
        using MemoryStream stream = new();
        Write(stream);
        return OnnxNetwork.Load(stream.ToArray());
    }

    private void Write(Stream stream) => OnnxFileWriter.Write(
        stream,
        Graph,
        [OnnxGraph.Describe(OnnxNetwork.InputName, [(-1, "images"), (3, ""), (-1, "height"), (-1, "width")])],
        Outputs,
        new Dictionary<string, string> { [ModelCard.MetadataKey] = Card.ToJson() });
}
