namespace Panoptes.Inference;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type in the format's own words: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL ...</param>
/// <param name="Shape">The lengths of the dimensions; empty for a scalar.</param>
/// <param name="Offset">Where the data begins, in bytes from the start of the file.</param>
/// <param name="ByteLength">How many bytes the data has.</param>
public sealed record SafetensorsEntry(string Name, string DType, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The number of elements; 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));
}
