using System.Text.Json;
using System.Text.Unicode;

namespace Panoptes.Torch.Serialization;

/// <summary>Reads the header of a safetensors file. Nothing in it is trusted: whatever passes may be used as an address.</summary>
internal sealed class SafetensorsHeader
{
    // A name that exists twice is an error: readers would disagree which of the two counts.
    private static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false };

    private readonly string _path;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly Dictionary<string, SafetensorsTensor> _tensors = [];

    private SafetensorsHeader(string path) => _path = path;

    internal IReadOnlyDictionary<string, string> Metadata => _metadata;

    internal IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _tensors;

    /// <summary>Checks the length that the first eight bytes declare.</summary>
    internal static int CheckLength(string path, ulong declared, long fileLength)
    {
        if (declared is < 2 or > SafetensorsFormat.MaxHeaderLength)
        {
            throw new InvalidDataException($"{path}: this is not a safetensors file (it declares a header of {declared} bytes)");
        }

        long available = fileLength - SafetensorsFormat.PrefixLength;
        return (long)declared <= available
            ? (int)declared
            : throw new InvalidDataException($"{path}: the file is cut off: its header has {declared} bytes, {available} are there");
    }

    /// <summary>Reads the header's text.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="text">The header.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    internal static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> text, long fileLength)
    {
        var header = new SafetensorsHeader(path);
        if (text.Span[0] != (byte)'{')
        {
            throw header.Bad("this is not a safetensors file (the header does not begin with '{')");
        }

        if (!Utf8.IsValid(text.Span))
        {
            throw header.Bad("the header is not UTF-8");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Json);
            header.Read(document.RootElement, SafetensorsFormat.PrefixLength + text.Length, fileLength);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: the header is not sound JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // System.Text.Json's answer to an escape such as "\ud800", which stands for no character.
            throw new InvalidDataException($"{path}: the header holds a text that is not Unicode: {error.Message}", error);
        }

        return header;
    }

    private void Read(JsonElement root, long dataStart, long fileLength)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == SafetensorsFormat.MetadataKey)
            {
                ReadMetadata(property.Value);
            }
            else
            {
                _tensors.Add(property.Name, ReadTensor(property.Name, property.Value, dataStart, fileLength));
            }
        }

        CheckPlaces(dataStart, fileLength);
    }

    private void ReadMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"'{SafetensorsFormat.MetadataKey}' is not an object");
        }

        foreach (JsonProperty item in element.EnumerateObject())
        {
            _metadata.Add(item.Name, item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()!
                : throw Bad($"the metadata key '{item.Name}' holds no text"));
        }
    }

    private SafetensorsTensor ReadTensor(string name, JsonElement element, long dataStart, long fileLength)
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
        int size = SafetensorsFormat.SizeOf(format) ?? throw Bad($"tensor '{name}' has the unknown dtype '{format}'");

        // Neither number is negative, so that the differences cannot overflow.
        if (end < begin || end > fileLength - dataStart)
        {
            throw Bad($"tensor '{name}' lies at bytes {begin} to {end} of {fileLength - dataStart}: the file is cut off or damaged");
        }

        return BytesOf(sizes, size) == end - begin
            ? new SafetensorsTensor(name, format, sizes, dataStart + begin, end - begin)
            : throw Bad($"tensor '{name}' of {format} [{string.Join(", ", sizes)}] cannot have {end - begin} bytes");
    }

    // The format allows neither gaps nor overlaps, so that no two files hold the same tensors in different bytes or hide others.
    private void CheckPlaces(long dataStart, long fileLength)
    {
        long expected = dataStart;
        foreach (SafetensorsTensor tensor in _tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.Length))
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

        var numbers = new long[array.GetArrayLength()];
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

    private InvalidDataException Bad(string problem) => new($"{_path}: {problem}");
}
