using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>
/// A codec as JSON, as it travels in a model card. Numbers are base64 of little-endian floats (doubles for variances), so that a codec
/// that was read encodes to the same bits as the one that was written. Principal components are <c>options</c> and <c>components</c>; an
/// auto-encoder stands under <c>autoencoder</c>.
/// </summary>
internal sealed class MaskCodecJson : JsonConverter<MaskCodec>
{
    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, MaskCodec value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        value is AutoencoderCodec autoencoder
            ? new Written(Autoencoder: Pack(autoencoder))
            : new Written(((PcaCodec)value).Options, [.. ((PcaCodec)value).Components.Select(c => Pack(c, ((PcaCodec)value).Options))]),
        CardJsonContext.Default.Written);

    /// <inheritdoc />
    public override MaskCodec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Written written = JsonSerializer.Deserialize(ref reader, CardJsonContext.Default.Written)
            ?? throw new JsonException("the codec is null");
        try
        {
            return written switch
            {
                { Autoencoder: { } autoencoder, Options: null, Components: null } => Unpack(autoencoder),
                { Autoencoder: null, Options: { } own, Components: { } components } => Unpack(own, components),
                _ => throw InputException.InContent(null, "a codec has either 'options' and 'components', or 'autoencoder'"),
            };
        }
        catch (InputException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>What a codec keeps beyond its dimension serves reports, not models: it stays behind.</summary>
    private static WrittenComponents Pack(CodecComponents components, MaskCodecOptions options) => new(
        Bytes<float>(components.Mean),
        Bytes<float>(components.Vectors.AsSpan(0, options.Dimension * options.Pixels)),
        Bytes<double>(components.Variances.AsSpan(0, options.Dimension)),
        components.TotalVariance);

    private static PcaCodec Unpack(MaskCodecOptions options, IReadOnlyList<WrittenComponents> components)
    {
        options.Validate();
        if (options.ByClass ? components.Count == 0 : components.Count != 1)
        {
            throw InputException.InContent(
                null,
                $"the codec has {components.Count} sets of components, which do not fit by_class {options.ByClass}");
        }

        return new PcaCodec(options, [.. components.Select(c => new CodecComponents(
            Numbers<float>("mean", c.Mean, options.Pixels),
            Numbers<float>("vectors", c.Vectors, options.Dimension * options.Pixels),
            Numbers<double>("variances", c.Variances, options.Dimension),
            c.TotalVariance))]);
    }

    private static WrittenAutoencoder Pack(AutoencoderCodec codec) => new(
        codec.Size, codec.Dimension, codec.Hidden, Bytes(codec.Mean), Pack(codec.Encoder), Pack(codec.Decoder));

    private static WrittenMap Pack(ResidualMap map) => new(
        Bytes<float>(map.Linear),
        Bytes<float>(map.HiddenWeight),
        Bytes<float>(map.HiddenBias),
        Bytes<float>(map.OutputWeight),
        Bytes<float>(map.Bias));

    private static AutoencoderCodec Unpack(WrittenAutoencoder written)
    {
        AutoencoderCodec.Validate(written.Size, written.Dimension, written.Hidden);
        int pixels = written.Size * written.Size;
        return new AutoencoderCodec(
            written.Size,
            Numbers<float>("mean", written.Mean, pixels),
            Unpack("encoder", written.Encoder, pixels, written.Hidden, written.Dimension),
            Unpack("decoder", written.Decoder, written.Dimension, written.Hidden, pixels));
    }

    private static ResidualMap Unpack(string name, WrittenMap map, int inputs, int hidden, int outputs) => new(
        Numbers<float>($"{name}.linear", map.Linear, inputs * outputs),
        Numbers<float>($"{name}.hidden_weight", map.HiddenWeight, inputs * hidden),
        Numbers<float>($"{name}.hidden_bias", map.HiddenBias, hidden),
        Numbers<float>($"{name}.output_weight", map.OutputWeight, hidden * outputs),
        Numbers<float>($"{name}.bias", map.Bias, outputs));

    private static byte[] Bytes<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged => MemoryMarshal.AsBytes(numbers).ToArray();

    private static T[] Numbers<T>(string name, byte[] bytes, int count)
        where T : unmanaged
    {
        T[] numbers = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        return numbers.Length == count
            ? numbers
            : throw InputException.InContent(null, $"the codec's {name} are {numbers.Length} numbers; {count} were expected");
    }

    internal sealed record Written(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MaskCodecOptions? Options = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<WrittenComponents>? Components = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WrittenAutoencoder? Autoencoder = null);

    internal sealed record WrittenComponents(byte[] Mean, byte[] Vectors, byte[] Variances, double TotalVariance);

    internal sealed record WrittenAutoencoder(int Size, int Dimension, int Hidden, byte[] Mean, WrittenMap Encoder, WrittenMap Decoder);

    internal sealed record WrittenMap(byte[] Linear, byte[] HiddenWeight, byte[] HiddenBias, byte[] OutputWeight, byte[] Bias);
}
