using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Panoptes;

/// <summary>
/// The layout of a safetensors file (huggingface/safetensors, README "Format"): 8 bytes with the header's length, little-endian; the
/// header, one JSON object padded with spaces; the tensors' bytes, row-major, without gaps. What is read is not trusted: whatever passes
/// may be used as an address.
/// </summary>
internal sealed class SafetensorsLayout
{
    /// <summary>The header's key that holds texts instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const int PrefixLength = 8;
    private const long MaxHeaderLength = 100_000_000; // the longest that the format's reference reader accepts

    // The header is filled up to a multiple of this, so that with wide elements in front every element is aligned.
    private const int Alignment = 8;

    // A name that exists twice is an error: readers would disagree which of the two counts.
    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    private readonly string _source;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly List<SafetensorsPart> _parts = [];

    private SafetensorsLayout(string source) => _source = source;

    /// <summary>The texts that the writer stored; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsPart> Parts => _parts;

    /// <summary>Reads the header at the start of a stream that can tell its length.</summary>
    /// <param name="stream">A stream at position 0.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">The stream does not hold a whole safetensors file.</exception>
    public static SafetensorsLayout Read(Stream stream, string source)
    {
        SafetensorsLayout layout = new(source);
        if (stream.Length < PrefixLength)
        {
            throw layout.Bad($"{stream.Length} bytes are too few for a safetensors file");
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > MaxHeaderLength)
        {
            throw layout.Bad($"this is not a safetensors file (it declares a header of {length} bytes)");
        }

        long available = stream.Length - PrefixLength;
        if ((long)length > available)
        {
            throw layout.Bad($"the file is cut off: its header has {length} bytes, {available} are there");
        }

        byte[] text = new byte[length];
        stream.ReadExactly(text);
        layout.Parse(text, stream.Length);
        return layout;
    }

    /// <summary>Makes what stands in front of the tensors' bytes.</summary>
    /// <param name="metadata">Texts to store; null or empty for none.</param>
    /// <param name="tensors">The tensors in the order of their data: names, types in the format's words, sizes, bytes of all
    /// elements.</param>
    /// <returns>The prefix and the header.</returns>
    public static byte[] Write(
        IReadOnlyDictionary<string, string>? metadata, IEnumerable<(string Name, string Format, long[] Shape, long Length)> tensors)
    {
        using MemoryStream text = new();
        text.SetLength(PrefixLength);
        text.Position = PrefixLength;
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, string format, long[] shape, long length) in tensors)
            {
                long end = checked(offset + length);
                json.WriteStartObject(name);
                json.WriteString("dtype", format);
                WriteNumbers(json, "shape", shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        while (text.Length % Alignment != 0)
        {
            text.WriteByte((byte)' ');
        }

        byte[] header = text.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - PrefixLength);
        return header;
    }

    private void Parse(ReadOnlyMemory<byte> text, long fileLength)
    {
        if (text.Span[0] != (byte)'{')
        {
            throw Bad("this is not a safetensors file (the header does not begin with '{')");
        }

        if (!Utf8.IsValid(text.Span))
        {
            throw Bad("the header is not UTF-8");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, s_json);
            Read(document.RootElement, PrefixLength + text.Length, fileLength);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{_source}: the header is not valid JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // System.Text.Json's answer to an escape such as "\ud800", which stands for no character.
            throw new InvalidDataException($"{_source}: the header holds a text that is not Unicode: {error.Message}", error);
        }
    }

    private void Read(JsonElement root, long dataStart, long fileLength)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                ReadMetadata(property.Value);
            }
            else
            {
                _parts.Add(ReadPart(property.Name, property.Value, dataStart, fileLength));
            }
        }

        CheckPlaces(dataStart, fileLength);
    }

    private void ReadMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"'{MetadataKey}' is not an object");
        }

        foreach (JsonProperty item in element.EnumerateObject())
        {
            _metadata.Add(item.Name, item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()!
                : throw Bad($"the metadata key '{item.Name}' holds no text"));
        }
    }

    private SafetensorsPart ReadPart(string name, JsonElement element, long dataStart, long fileLength)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out JsonElement shape)
            || !element.TryGetProperty("data_offsets", out JsonElement offsets)
            || ReadNumbers(shape) is not { } sizes
            || ReadNumbers(offsets) is not [long begin, long end])
        {
            throw Bad($"tensor '{name}' needs a dtype, a shape and two data_offsets, all numbers whole and at least 0");
        }

        string format = dtype.GetString()!;
        int size = SizeOf(format) ?? throw Bad($"tensor '{name}' has the unknown dtype '{format}'");

        // Neither number is negative, so that the differences cannot overflow.
        if (end < begin || end > fileLength - dataStart)
        {
            throw Bad($"tensor '{name}' lies at bytes {begin} to {end} of {fileLength - dataStart}: the file is cut off or damaged");
        }

        return BytesOf(sizes, size) == end - begin
            ? new SafetensorsPart(name, format, sizes, dataStart + begin, end - begin)
            : throw Bad($"tensor '{name}' of {format} [{string.Join(", ", sizes)}] cannot have {end - begin} bytes");
    }

    // The format allows neither gaps nor overlaps, so that no two files hold the same tensors in different bytes or hide others.
    private void CheckPlaces(long dataStart, long fileLength)
    {
        long expected = dataStart;
        _parts.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
        foreach (SafetensorsPart tensor in _parts)
        {
            if (tensor.Offset != expected)
            {
                string problem = tensor.Offset > expected ? "leaves a gap before it" : "overlaps the one before it";
                throw Bad(
                    $"tensor '{tensor.Name}' begins at byte {tensor.Offset - dataStart}, which {problem} "
                    + $"(expected {expected - dataStart})");
            }

            expected += tensor.Length;
        }

        if (expected != fileLength)
        {
            throw Bad($"the tensors end at byte {expected}, the file at {fileLength}");
        }
    }

    // Null when it is not a list of whole numbers from 0.
    private static long[]? ReadNumbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        long[] numbers = new long[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
            {
                return null;
            }

            numbers[count++] = number;
        }

        return numbers;
    }

    // -1 when the product overflows. Strides of empty tensors are products too, so that a size of 0 hides no overflow.
    private static long BytesOf(long[] sizes, int size)
    {
        Int128 strides = size;
        bool empty = false;
        foreach (long length in sizes)
        {
            empty |= length == 0;
            strides *= Math.Max(length, 1);
            if (strides > long.MaxValue)
            {
                return -1;
            }
        }

        return empty ? 0 : (long)strides;
    }

    /// <summary>Bytes of one element; null for an unknown type.</summary>
    /// <param name="format">The type in the format's own words.</param>
    public static int? SizeOf(string format) => format switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => null,
    };

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private InvalidDataException Bad(string problem) => new($"{_source}: {problem}");
}
