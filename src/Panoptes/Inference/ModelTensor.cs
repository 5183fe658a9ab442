namespace Panoptes.Inference;

/// <summary>Describes one tensor of a model file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type in the words of safetensors: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL ...; a number where
/// ONNX has a type that safetensors does not name.</param>
/// <param name="Shape">The lengths of the dimensions; empty for a scalar.</param>
public sealed record ModelTensor(string Name, string DType, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements; 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));
}
