using System.Text.Json.Nodes;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Model;

/// <summary>What <c>panoptes model info</c> tells of a model file.</summary>
/// <param name="File">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Tensors">How many tensors it holds.</param>
/// <param name="Parameters">Values in them that training adjusts.</param>
/// <param name="Buffers">Values in them that it does not: statistics of batch normalizations.</param>
/// <param name="ValuesByType">All values by their type, in the format's words (F32, BF16).</param>
/// <param name="Card">The model card, a mask codec's numbers skipped; null in a file of bare weights.</param>
internal sealed record ModelInfoReport(
    string File,
    long Bytes,
    int Tensors,
    long Parameters,
    long Buffers,
    IReadOnlyDictionary<string, long> ValuesByType,
    JsonNode? Card)
{
    /// <summary>Names under which PyTorch's batch normalization, whose names this project shares, keeps its statistics.</summary>
    private static readonly string[] s_buffers = [".running_mean", ".running_var", ".num_batches_tracked"];

    /// <summary>Reads the header of a file; its weights stay on the disk.</summary>
    /// <exception cref="InputException">It is neither a safetensors nor an ONNX file, or its card is wrong.</exception>
    public static (ModelInfoReport Report, ModelCard? Card) Read(string file)
    {
        ModelHeader header = ModelHeader.Read(file);
        IReadOnlyList<ModelTensor> tensors = header.Tensors;

        // The factors of packed weights are part of how these are stored.
        HashSet<string> packed = [.. tensors.Where(t => t.DType == "I8").Select(t => t.Name + "_scale")];
        ModelCard? card = header.Metadata.TryGetValue(ModelCard.MetadataKey, out string? json) ? ModelCard.Parse(json, file) : null;
        ModelInfoReport report = new(
            Path.GetFullPath(file),
            new FileInfo(file).Length,
            tensors.Count,
            tensors.Where(t => !IsBuffer(t.Name) && !packed.Contains(t.Name)).Sum(t => t.Count),
            tensors.Where(t => IsBuffer(t.Name)).Sum(t => t.Count),
            new SortedDictionary<string, long>(tensors.GroupBy(t => t.DType).ToDictionary(g => g.Key, g => g.Sum(t => t.Count))),
            json is null ? null : WithoutNumbers(JsonNode.Parse(json)!));
        return (report, card);
    }

    /// <summary>A codec is some hundred thousand digits, which are skipped: only its options stay.</summary>
    private static JsonNode WithoutNumbers(JsonNode card)
    {
        foreach (JsonObject section in card.AsObject().Select(entry => entry.Value).OfType<JsonObject>())
        {
            (section["codec"] as JsonObject)?.Remove("components");
        }

        return card;
    }

    private static bool IsBuffer(string tensor) => s_buffers.Any(b => tensor.EndsWith(b, StringComparison.Ordinal));
}
