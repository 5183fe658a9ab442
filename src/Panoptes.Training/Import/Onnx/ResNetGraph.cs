namespace Panoptes.Training.Import.Onnx;

/// <summary>
/// Finds a residual network in an ONNX graph whose tensors have names of their own, by how its operators follow each other: a stem, then
/// blocks that end in a sum of a branch and a shortcut.
/// </summary>
internal static class ResNetGraph
{
    /// <summary>One more than a block has: what is longer is something else, or a circle.</summary>
    private const int Longest = 4;

    private static readonly string[] s_normalization = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>torchvision's names of the graph's constants; empty where the graph is not a residual network.</summary>
    public static Dictionary<string, string> Names(OnnxGraph graph)
    {
        Dictionary<string, string> names = [];
        Dictionary<string, GraphNode> producers = [];
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
            {
                producers[output] = node;
            }
        }

        (int stage, int block) = (1, 0);
        foreach (GraphNode sum in graph.Nodes.Where(node => node is { Operator: "Add", Inputs.Count: 2 }))
        {
            List<Layer> branch = Chain(sum.Inputs[0], producers), shortcut = Chain(sum.Inputs[1], producers);
            if (branch.Count < shortcut.Count)
            {
                (branch, shortcut) = (shortcut, branch);
            }

            if (branch.Count is not (2 or 3) || shortcut.Count > 1)
            {
                return []; // a sum, but not that of a block
            }

            if (branch.Any(layer => layer.Convolution.Strides.Any(stride => stride > 1)))
            {
                (stage, block) = (stage + 1, 0);
            }

            string prefix = $"layer{stage}.{block++}";
            for (int i = 0; i < branch.Count; i++)
            {
                Add(branch[i], $"{prefix}.conv{i + 1}", $"{prefix}.bn{i + 1}");
            }

            foreach (Layer projection in shortcut)
            {
                Add(projection, $"{prefix}.downsample.0", $"{prefix}.downsample.1");
            }
        }

        if (graph.Nodes.FirstOrDefault(node => node.Operator == "MaxPool") is { Inputs: [string pooled] }
            && Chain(pooled, producers) is [Layer stem])
        {
            Add(stem, "conv1", "bn1");
        }

        return names;

        void Add(Layer layer, string convolution, string normalization)
        {
            names[layer.Convolution.Inputs[1]] = $"{convolution}.weight";
            foreach ((string tensor, string name) in layer.Normalization.Inputs.Skip(1).Zip(s_normalization))
            {
                names[tensor] = $"{normalization}.{name}";
            }
        }
    }

    /// <summary>The normalized convolutions before a value, back to the last sum or pooling; the first comes first.</summary>
    private static List<Layer> Chain(string value, Dictionary<string, GraphNode> producers)
    {
        List<Layer> layers = [];
        while (layers.Count < Longest && producers.TryGetValue(value, out GraphNode? node))
        {
            if (node is { Operator: "Relu", Inputs: [string rectified] })
            {
                node = producers.GetValueOrDefault(rectified);
            }

            if (node is not { Operator: "BatchNormalization", Inputs.Count: 5 }
                || producers.GetValueOrDefault(node.Inputs[0]) is not { Operator: "Conv", Inputs.Count: 2 } convolution)
            {
                break;
            }

            layers.Insert(0, new Layer(convolution, node));
            value = convolution.Inputs[0];
        }

        return layers;
    }

    private sealed record Layer(GraphNode Convolution, GraphNode Normalization);
}
