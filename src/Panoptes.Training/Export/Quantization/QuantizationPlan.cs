using Panoptes.Onnx;

namespace Panoptes.Training.Export.Quantization;

/// <summary>
/// Which operators of a graph compute in 8 bits, and which values they take and give. Convolutions do, but those chosen to stay in float;
/// sums, the largest of neighbors and repeated pixels do where their inputs are in 8 bits already, so that nothing is converted in between.
/// </summary>
internal sealed class QuantizationPlan
{
    private readonly HashSet<string> _values = [];
    private readonly HashSet<string> _nodes = [];
    private readonly Dictionary<string, string> _sources = [];

    /// <param name="graph">The graph, with its normalizations folded.</param>
    /// <param name="keptFloat">The layers that stay in float, with those that give an output.</param>
    public QuantizationPlan(OnnxGraph graph, IReadOnlySet<string> keptFloat)
    {
        HashSet<string> last = LastLayers(graph);
        Dictionary<string, int> uses = graph.CountUses();
        Dictionary<string, OnnxNode> activations = graph.Nodes.Where(node => node.Type == "Relu")
            .GroupBy(node => node.Inputs[0]).ToDictionary(group => group.Key, group => group.First());
        foreach (OnnxNode node in graph.Nodes.Where(node => Fits(node, keptFloat, last)))
        {
            _nodes.Add(node.Output);
            if (node.Type == "Conv")
            {
                _values.Add(node.Inputs[0]);
            }

            // A ReLU right behind costs nothing: 8 bits hold no negative value then.
            string result = uses[node.Output] == 1 && activations.TryGetValue(node.Output, out OnnxNode? relu) ? relu.Output : node.Output;
            _values.Add(result);
            if (node.Type is not ("Conv" or "Add"))
            {
                _sources.Add(result, SourceOf(node.Inputs[0]));
            }
        }
    }

    /// <summary>The values that are held in 8 bits.</summary>
    public IReadOnlySet<string> Values => _values;

    /// <summary>Whether an operator computes in 8 bits.</summary>
    public bool Holds(OnnxNode node) => _nodes.Contains(node.Output);

    /// <summary>The value whose range another one has too, since an operator only moves what it holds; itself otherwise.</summary>
    public string SourceOf(string value) => _sources.GetValueOrDefault(value, value);

    /// <summary>The name of a convolution's layer: that of its weight without the ending.</summary>
    public static string LayerOf(OnnxNode convolution)
    {
        string weight = convolution.Inputs[1].Split(NormalizationFolding.Separator)[0];
        return weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^".weight".Length] : weight;
    }

    /// <summary>The layers that may compute in 8 bits, in the graph's order: those that give an output always stay in float.</summary>
    public static IReadOnlyList<string> Layers(OnnxGraph graph)
    {
        HashSet<string> last = LastLayers(graph);
        return [.. graph.Nodes.Where(node => node.Type == "Conv").Select(LayerOf).Distinct().Where(layer => !last.Contains(layer))];
    }

    private bool Fits(OnnxNode node, IReadOnlySet<string> keptFloat, HashSet<string> last) => node.Type switch
    {
        "Conv" => !keptFloat.Contains(LayerOf(node)) && !last.Contains(LayerOf(node)),
        "Add" => node.Inputs.All(_values.Contains),
        "MaxPool" => _values.Contains(node.Inputs[0]),
        "Resize" => _values.Contains(node.Inputs[0]) && node.Attributes.Contains(("mode", "nearest")),
        _ => false,
    };

    // From each output back to the convolutions that one meets first.
    private static HashSet<string> LastLayers(OnnxGraph graph)
    {
        Dictionary<string, OnnxNode> producers = graph.Nodes.ToDictionary(node => node.Output);
        HashSet<string> layers = [], seen = [];
        Stack<string> open = new(graph.Outputs);
        while (open.TryPop(out string? value))
        {
            if (!seen.Add(value) || !producers.TryGetValue(value, out OnnxNode? node))
            {
                continue;
            }

            if (node.Type == "Conv")
            {
                layers.Add(LayerOf(node));
            }
            else
            {
                foreach (string input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return layers;
    }
}
