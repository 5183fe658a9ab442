using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Import;

namespace Panoptes.Training.Models;

/// <summary>Makes small files of trained models, to share.</summary>
public static class ModelPacker
{
    private const double Int8Max = 127;

    /// <summary>
    /// Writes a model with smaller weights. Batch normalizations, biases and buffers stay as they are; weights of convolutions become
    /// 16-bit floats, or 8-bit integers q with w = q * s, s being the largest |w| of an output channel over 127.
    /// </summary>
    /// <param name="source">The model, a safetensors file.</param>
    /// <param name="output">The file to create or replace.</param>
    /// <param name="weights">How weights are stored.</param>
    /// <param name="describe">Changes the card, for example its description and the licence of its data; null changes nothing.</param>
    /// <exception cref="InputException">The source is missing, damaged, or not a model that Panoptes wrote.</exception>
    public static void Pack(string source, string output, PackedWeights weights, Func<ModelCard, ModelCard>? describe = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(output);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using SafetensorsFile file = WeightLoader.Open(source);
        (ModelCard card, _) = ModelFile.Describe(file);
        using SafetensorsWeights tensors = new(file);
        (string, Tensor)[] packed = [.. tensors.Shapes.Keys.SelectMany(name => Pack(name, tensors.Load(name), weights))];
        Dictionary<string, string> metadata = new(file.Metadata) { [ModelCard.MetadataKey] = (describe?.Invoke(card) ?? card).ToJson() };
        SafetensorsWriter.Write(output, packed, metadata);
    }

    private static IEnumerable<(string Name, Tensor Value)> Pack(string name, Tensor tensor, PackedWeights weights)
    {
        if (tensor.DType != DType.Float32 || tensor.Shape.Length < 2 || weights == PackedWeights.Fp32) return [(name, tensor)];
        if (weights == PackedWeights.Fp16) return [(name, tensor.To(DType.Float16))];
        long outputs = tensor.Size(0);
        Tensor rows = tensor.Reshape([outputs, -1]); // [O, I * k * k]
        Tensor scale = (rows.Abs().Amax([1]) / Int8Max).ClampMin(float.Epsilon); // [O]
        Tensor whole = (rows / scale.View([outputs, 1])).Round().To(DType.Int8).View([.. tensor.Shape]);
        return [(name, whole), (name + SafetensorsWeights.ScaleSuffix, scale)];
    }
}
