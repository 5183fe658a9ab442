using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>
/// Takes a batch normalization into the weights of the convolution before it: with s = γ / √(σ² + ε), the result of weights w and bias b
/// is that of weights s·w and bias s·(b − μ) + β. It saves the operator, and 8 bits hold each channel of the product as it is used.
/// </summary>
internal static class NormalizationFolding
{
    /// <summary>Stands behind the name of a weight that holds a normalization too.</summary>
    public const char Separator = '+';

    /// <summary>Folds what can be folded; convolutions that share weights and normalization share the product too.</summary>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        Dictionary<string, OnnxNode> convolutions = graph.Nodes.Where(node => node.Type == "Conv").ToDictionary(node => node.Output);
        Dictionary<string, int> uses = graph.CountUses();
        Dictionary<string, OnnxNode> folded = []; // by the convolution's result
        List<OnnxNode> nodes = [];
        OnnxGraph result = graph.With([]);
        foreach (OnnxNode node in graph.Nodes)
        {
            if (node.Type == "BatchNormalization" && uses[node.Inputs[0]] == 1
                && convolutions.TryGetValue(node.Inputs[0], out OnnxNode? convolution))
            {
                folded.Add(convolution.Output, Fold(result, convolution, node));
            }
        }

        foreach (OnnxNode node in graph.Nodes)
        {
            if (folded.TryGetValue(node.Output, out OnnxNode? product))
            {
                nodes.Add(product);
            }
            else if (node.Type != "BatchNormalization" || !folded.ContainsKey(node.Inputs[0]))
            {
                nodes.Add(node);
            }
        }

        result.Nodes.AddRange(nodes);
        return result;
    }

    private static OnnxNode Fold(OnnxGraph graph, OnnxNode convolution, OnnxNode normalization)
    {
        string weight = convolution.Inputs[1], scale = normalization.Inputs[1];
        string product = $"{weight}{Separator}{scale}", shift = $"{product}.bias";
        if (!graph.Constants.ContainsKey(product))
        {
            Tensor Value(string name) => graph.Constants[name].Values.To(DType.Float64);
            float epsilon = (float)normalization.Attributes.Single(attribute => attribute.Name == "epsilon").Value;
            Tensor factor = Value(scale) / (Value(normalization.Inputs[4]) + epsilon).Sqrt(); // [C]
            Tensor bias = convolution.Inputs.Count > 2 ? Value(convolution.Inputs[2]) : Tensor.Zeros(factor.Shape, DType.Float64);
            Tensor weights = Value(weight) * factor.View([-1, 1, 1, 1]); // [C, I, h, w]
            Tensor offset = ((bias - Value(normalization.Inputs[3])) * factor) + Value(normalization.Inputs[2]); // [C]
            graph.AddConstant(product, weights.To(DType.Float32), isWeight: true);
            graph.AddConstant(shift, offset.To(DType.Float32), isWeight: true);
        }

        return convolution with { Inputs = [convolution.Inputs[0], product, shift], Output = normalization.Output };
    }
}
