using System.Globalization;
using Panoptes.Inference.MEInst;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// Principal components as a safetensors file: <c>components</c> [class, component, pixel], <c>mean</c> [class, pixel], <c>variance</c>
/// [class, component], <c>total_variance</c> [class], and the options as texts. One class stands for all where the codec has no components
/// by class.
/// </summary>
internal static class PcaCodecFile
{
    /// <summary>The texts of a codec.</summary>
    public static Dictionary<string, string> Texts(MaskCodecOptions options) => new()
    {
        ["size"] = options.Size.ToString(CultureInfo.InvariantCulture),
        ["dimension"] = options.Dimension.ToString(CultureInfo.InvariantCulture),
        ["space"] = options.Space.ToString(),
        ["smoothing"] = options.Smoothing.ToString(),
        ["whiten"] = options.Whiten.ToString(),
        ["by_class"] = options.ByClass.ToString(),
    };

    /// <summary>The tensors of a codec.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, float[] Values)> Tensors(PcaCodec codec)
    {
        IReadOnlyList<CodecComponents> all = codec.Components;
        int pixels = codec.Options.Pixels;
        return
        [
            ("components", [all.Count, codec.MostComponents, pixels], [.. all.SelectMany(c => c.Vectors)]),
            ("mean", [all.Count, pixels], [.. all.SelectMany(c => c.Mean)]),
            ("variance", [all.Count, codec.MostComponents], [.. all.SelectMany(c => c.Variances.Select(v => (float)v))]),
            ("total_variance", [all.Count], [.. all.Select(c => (float)c.TotalVariance)]),
        ];
    }

    /// <summary>Reads a codec.</summary>
    /// <exception cref="InputException">A text or a tensor is missing or not allowed.</exception>
    public static PcaCodec Load(CodecFileReader file)
    {
        MaskCodecOptions options = new()
        {
            Size = file.Text("size", int.Parse),
            Dimension = file.Text("dimension", int.Parse),
            Space = file.Text("space", Enum.Parse<MaskSpace>),
            Smoothing = file.Text("smoothing", Enum.Parse<MaskSmoothing>),
            Whiten = file.Text("whiten", bool.Parse),
            ByClass = file.Text("by_class", bool.Parse),
        };
        options.Validate();
        (float[] vectors, long[] shape) = file.Tensor("components", 3);
        (int classes, int count, int pixels) = ((int)shape[0], (int)shape[1], (int)shape[2]);
        float[] mean = file.Values("mean", classes, pixels);
        float[] variance = file.Values("variance", classes, count);
        float[] total = file.Values("total_variance", classes);
        if (pixels != options.Pixels || count < options.Dimension || classes < 1 || (classes > 1 && !options.ByClass))
        {
            throw new InputException(
                InputErrorKind.Invalid, file.Path, null,
                $"components [{classes}, {count}, {pixels}] do not fit size {options.Size} and dimension {options.Dimension}");
        }

        return new PcaCodec(options,
        [
            .. Enumerable.Range(0, classes).Select(k => new CodecComponents(
                mean[(k * pixels)..((k + 1) * pixels)],
                vectors[(k * count * pixels)..((k + 1) * count * pixels)],
                [.. variance[(k * count)..((k + 1) * count)].Select(v => (double)v)],
                total[k])),
        ]);
    }
}
