using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>Stores weights in 16 bits. Runtimes convert a stored weight once, when they load the file.</summary>
internal static class HalfWeights
{
    /// <summary>Halves the weights that 16 bits can hold; what they turn into keeps its name.</summary>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        HashSet<string> used = [.. graph.CountUses().Keys];
        OnnxConstant[] halved = [.. graph.Constants.Values.Where(c => c.IsWeight && used.Contains(c.Name) && OnnxConstant.FitsHalf(c.Values))];
        OnnxGraph result = graph.With(
            [.. halved.Select(c => new OnnxNode("Cast", [HalfOf(c)], [("to", OnnxConstant.Float)], c.Name)), .. graph.Nodes]);
        foreach (OnnxConstant constant in halved)
        {
            result.Remove(constant.Name);
            result.AddConstant(HalfOf(constant), constant.Values.To(DType.Float16));
        }

        return result;

        static string HalfOf(OnnxConstant constant) => $"{constant.Name}.fp16";
    }
}
