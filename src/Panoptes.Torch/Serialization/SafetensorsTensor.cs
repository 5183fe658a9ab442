namespace Panoptes.Torch.Serialization;

/// <summary>One tensor of a safetensors file, as the file's header describes it.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Format">The element type in the format's own words: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL ...</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Offset">Where the elements begin, in bytes from the start of the file.</param>
/// <param name="Length">Bytes of all elements.</param>
public sealed record SafetensorsTensor(string Name, string Format, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>
    /// The element type; null where the format has one that tensors here cannot hold (unsigned 16 bits and more, 8-bit floats).
    /// </summary>
    public DType? DType => SafetensorsTypes.DTypeOf(Format);
}
