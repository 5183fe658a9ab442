using System.Buffers.Binary;
using System.Text.Json;

namespace Panoptes.Inference;

/// <summary>
/// The header of a safetensors file: names, types, shapes and places of the tensors, and the metadata; never the data. The format
/// (huggingface/safetensors): 8 bytes little-endian header length, a JSON object, then the tensors' bytes. Everything is checked
/// against the length of the file, so that a reader may trust every offset.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>The longest header that the format's own reader accepts, in bytes.</summary>
    private const long MaxHeaderLength = 100_000_000;

    private const string MetadataName = "__metadata__";

    private SafetensorsHeader(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsEntry> tensors)
    {
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>The free text values that the writer stored; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist, or is not a safetensors file, or is cut off.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsHeader Read(string path)
    {
        using FileStream stream = ModelStream.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads the header at the start of a stream that can tell its length.</summary>
    /// <param name="stream">A stream at position 0.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InputException">The stream does not hold a whole safetensors file.</exception>
    public static SafetensorsHeader Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8)
        {
            throw Bad($"has {stream.Length} bytes, too few for a safetensors file");
        }

        stream.ReadExactly(prefix);
        ulong declared = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (declared is < 2 or > MaxHeaderLength)
        {
            throw Bad($"is not a safetensors file (a header of {declared} bytes)");
        }

        long length = (long)declared;
        if (length > stream.Length - 8)
        {
            throw Bad($"is cut off: its header should have {length} bytes, and {stream.Length - 8} are there");
        }

        byte[] text = new byte[length];
        stream.ReadExactly(text);
        if (text[0] != (byte)'{')
        {
            throw Bad("is not a safetensors file (the header does not begin with '{')");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return Read(json.RootElement, 8 + length, stream.Length, Bad);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or a text in it is not UTF-8.
            throw new InputException($"{source}: the safetensors header is not JSON: {error.Message}", error);
        }

        InputException Bad(string problem) => new($"{source}: {problem}");
    }

    private static SafetensorsHeader Read(JsonElement root, long dataStart, long fileLength, Func<string, InputException> bad)
    {
        Dictionary<string, string> metadata = [];
        List<SafetensorsEntry> tensors = [];
        HashSet<string> names = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw bad($"the safetensors header names '{property.Name}' twice");
            }

            if (property.Name != MetadataName)
            {
                tensors.Add(ReadEntry(property, dataStart, fileLength, bad));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw bad($"'{MetadataName}' is not an object");
            }

            foreach (JsonProperty item in property.Value.EnumerateObject())
            {
                metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                    ? item.Value.GetString()!
                    : throw bad($"the metadata key '{item.Name}' is not text");
            }
        }

        tensors.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.ByteLength.CompareTo(b.ByteLength));
        long end = dataStart;
        foreach (SafetensorsEntry tensor in tensors)
        {
            // The format allows neither holes nor overlaps: a file that has one was not written by a sound writer.
            if (tensor.Offset != end)
            {
                throw bad($"the data of tensor '{tensor.Name}' begins at byte {tensor.Offset - dataStart}, expected {end - dataStart}");
            }

            end += tensor.ByteLength;
        }

        return end == fileLength
            ? new SafetensorsHeader(metadata, tensors)
            : throw bad($"the tensors end at byte {end}, and the file has {fileLength}");
    }

    private static SafetensorsEntry ReadEntry(JsonProperty property, long dataStart, long fileLength, Func<string, InputException> bad)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !property.Value.TryGetProperty("shape", out JsonElement shape) || !TryReadLongs(shape, out long[] lengths)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsets) || !TryReadLongs(offsets, out long[] range)
            || range.Length != 2)
        {
            throw bad($"tensor '{name}' needs a dtype, a shape and two data_offsets (numbers of at least 0)");
        }

        string type = dtype.GetString()!;
        int bits = BitsOf(type) ?? throw bad($"tensor '{name}' has the unknown dtype '{type}'");
        // Begin and end are not negative, so the differences below cannot overflow.
        if (range[1] < range[0] || range[1] > fileLength - dataStart)
        {
            throw bad($"tensor '{name}' lies at bytes {range[0]}..{range[1]} of {fileLength - dataStart}: the file is cut off or damaged");
        }

        UInt128 expected = (UInt128)bits;
        foreach (long dimension in lengths)
        {
            expected = expected > ulong.MaxValue ? expected : expected * (UInt128)dimension;
        }

        return expected == (UInt128)(range[1] - range[0]) * 8
            ? new SafetensorsEntry(name, type, lengths, dataStart + range[0], range[1] - range[0])
            : throw bad($"tensor '{name}' of {type}[{string.Join(", ", lengths)}] should not have {range[1] - range[0]} bytes");
    }

    private static bool TryReadLongs(JsonElement array, out long[] values)
    {
        values = array.ValueKind == JsonValueKind.Array ? new long[array.GetArrayLength()] : [];
        if (array.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out values[i]) || values[i] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int? BitsOf(string dtype) => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        "U16" or "I16" or "F16" or "BF16" => 16,
        "U32" or "I32" or "F32" => 32,
        "U64" or "I64" or "F64" or "C64" => 64,
        _ => null,
    };
}
