using System.Globalization;
using Panoptes.Inference.MEInst;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// An auto-encoder as a safetensors file: <c>mean</c> [pixel], and for <c>encoder</c> and <c>decoder</c> each <c>linear</c>,
/// <c>hidden.weight</c>, <c>hidden.bias</c>, <c>output.weight</c> and <c>bias</c>, matrices as [input, output]. Its sizes are texts.
/// </summary>
internal static class AutoencoderCodecFile
{
    /// <summary>The texts of a codec.</summary>
    public static Dictionary<string, string> Texts(AutoencoderCodec codec) => new()
    {
        ["size"] = codec.Size.ToString(CultureInfo.InvariantCulture),
        ["dimension"] = codec.Dimension.ToString(CultureInfo.InvariantCulture),
        ["hidden"] = codec.Hidden.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The tensors of a codec.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, float[] Values)> Tensors(AutoencoderCodec codec) =>
        [("mean", [codec.Mean.Length], codec.Mean.ToArray()), .. Tensors("encoder", codec.Encoder), .. Tensors("decoder", codec.Decoder)];

    /// <summary>Reads a codec.</summary>
    /// <exception cref="InputException">A text or a tensor is missing or not allowed.</exception>
    public static AutoencoderCodec Load(CodecFileReader file)
    {
        int size = file.Text("size", int.Parse);
        int dimension = file.Text("dimension", int.Parse);
        int hidden = file.Text("hidden", int.Parse);
        AutoencoderCodec.Validate(size, dimension, hidden);
        int pixels = size * size;
        return new AutoencoderCodec(
            size,
            file.Values("mean", pixels),
            Read(file, "encoder", pixels, hidden, dimension),
            Read(file, "decoder", dimension, hidden, pixels));
    }

    private static IEnumerable<(string Name, long[] Shape, float[] Values)> Tensors(string name, ResidualMap map) =>
    [
        ($"{name}.linear", [map.Inputs, map.Outputs], map.Linear),
        ($"{name}.hidden.weight", [map.Inputs, map.Hidden], map.HiddenWeight),
        ($"{name}.hidden.bias", [map.Hidden], map.HiddenBias),
        ($"{name}.output.weight", [map.Hidden, map.Outputs], map.OutputWeight),
        ($"{name}.bias", [map.Outputs], map.Bias),
    ];

    private static ResidualMap Read(CodecFileReader file, string name, int inputs, int hidden, int outputs) => new(
        file.Values($"{name}.linear", inputs, outputs),
        file.Values($"{name}.hidden.weight", inputs, hidden),
        file.Values($"{name}.hidden.bias", hidden),
        file.Values($"{name}.output.weight", hidden, outputs),
        file.Values($"{name}.bias", outputs));
}
