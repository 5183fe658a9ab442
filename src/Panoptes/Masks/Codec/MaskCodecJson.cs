using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Masks.Codec;

/// <summary>
/// A codec as JSON, as it travels in a model card: the options, and for each set of components its numbers as base64 of little-endian
/// floats (doubles for variances), so that a codec that was read encodes to the same bits as the one that was written.
/// </summary>
internal sealed class MaskCodecJson : JsonConverter<MaskCodec>
{
    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, MaskCodec value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Written(value.Options, [.. value.Components.Select(c => Pack(c, value.Options))]), options);

    /// <inheritdoc />
    public override MaskCodec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Written written = JsonSerializer.Deserialize<Written>(ref reader, options) ?? throw new JsonException("the codec is null");
        try
        {
            written.Options.Validate();
            return new MaskCodec(written.Options, [.. written.Components.Select(c => Unpack(c, written.Options))]);
        }
        catch (InputException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>What a codec keeps beyond its dimension serves reports, not models: it stays behind.</summary>
    private static WrittenComponents Pack(CodecComponents components, MaskCodecOptions options) => new(
        MemoryMarshal.AsBytes<float>(components.Mean).ToArray(),
        MemoryMarshal.AsBytes(components.Vectors.AsSpan(0, options.Dimension * options.Pixels)).ToArray(),
        MemoryMarshal.AsBytes(components.Variances.AsSpan(0, options.Dimension)).ToArray(),
        components.TotalVariance);

    private static CodecComponents Unpack(WrittenComponents written, MaskCodecOptions options) => new(
        Numbers<float>("mean", written.Mean, options.Pixels),
        Numbers<float>("vectors", written.Vectors, options.Dimension * options.Pixels),
        Numbers<double>("variances", written.Variances, options.Dimension),
        written.TotalVariance);

    private static T[] Numbers<T>(string name, byte[] bytes, int count)
        where T : unmanaged
    {
        T[] numbers = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        return numbers.Length == count
            ? numbers
            : throw new InputException($"the codec's {name} are {numbers.Length} numbers; {count} were expected");
    }

    private sealed record Written(MaskCodecOptions Options, IReadOnlyList<WrittenComponents> Components);

    private sealed record WrittenComponents(byte[] Mean, byte[] Vectors, byte[] Variances, double TotalVariance);
}
