namespace Panoptes.Torch.Serialization;

/// <summary>
/// Facts of the safetensors format (huggingface/safetensors, README "Format"): 8 bytes with the header's length, little-endian; the
/// header, one JSON object padded with spaces; the tensors' bytes, row-major, without gaps.
/// </summary>
internal static class SafetensorsFormat
{
    /// <summary>Bytes in front of the header.</summary>
    internal const int PrefixLength = 8;

    /// <summary>The longest header that the format's reference reader accepts.</summary>
    internal const long MaxHeaderLength = 100_000_000;

    /// <summary>The header's key that holds texts instead of a tensor.</summary>
    internal const string MetadataKey = "__metadata__";

    /// <summary>Bytes of one element; null for an unknown type.</summary>
    internal static int? SizeOf(string format) => format switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => null,
    };

    internal static DType? DTypeOf(string format) => format switch
    {
        "F64" => DType.Float64,
        "F32" => DType.Float32,
        "F16" => DType.Float16,
        "BF16" => DType.BFloat16,
        "I64" => DType.Int64,
        "I32" => DType.Int32,
        "I16" => DType.Int16,
        "I8" => DType.Int8,
        "U8" => DType.UInt8,
        "BOOL" => DType.Bool,
        _ => null,
    };

    internal static string NameOf(DType dtype) => dtype switch
    {
        DType.Float64 => "F64",
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.Int16 => "I16",
        DType.Int8 => "I8",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new NotSupportedException($"the safetensors format has no element type {dtype}"),
    };
}
