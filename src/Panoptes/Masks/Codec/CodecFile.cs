using System.Globalization;
using Panoptes.Inference;

namespace Panoptes.Masks.Codec;

/// <summary>
/// A codec as a safetensors file: <c>components</c> [class, component, pixel], <c>mean</c> [class, pixel], <c>variance</c> [class, component],
/// <c>total_variance</c> [class], and the options as texts. One class stands for all where the codec has no components by class.
/// </summary>
public static class CodecFile
{
    private const string Kind = "panoptes mask codec";

    /// <summary>Writes a codec.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="codec">The codec.</param>
    public static void Save(string path, MaskCodec codec)
    {
        MaskCodecOptions options = codec.Options;
        Dictionary<string, string> metadata = new()
        {
            ["kind"] = Kind,
            ["size"] = options.Size.ToString(CultureInfo.InvariantCulture),
            ["dimension"] = options.Dimension.ToString(CultureInfo.InvariantCulture),
            ["space"] = options.Space.ToString(),
            ["smoothing"] = options.Smoothing.ToString(),
            ["whiten"] = options.Whiten.ToString(),
            ["by_class"] = options.ByClass.ToString(),
        };
        IReadOnlyList<CodecComponents> all = codec.Components;
        SafetensorsFloats.Write(path, metadata,
        [
            ("components", [all.Count, codec.MostComponents, options.Pixels], [.. all.SelectMany(c => c.Vectors)]),
            ("mean", [all.Count, options.Pixels], [.. all.SelectMany(c => c.Mean)]),
            ("variance", [all.Count, codec.MostComponents], [.. all.SelectMany(c => c.Variances.Select(v => (float)v))]),
            ("total_variance", [all.Count], [.. all.Select(c => (float)c.TotalVariance)]),
        ]);
    }

    /// <summary>Reads a codec.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing or is no codec; the message names file, key and value.</exception>
    public static MaskCodec Load(string path)
    {
        SafetensorsHeader header = SafetensorsHeader.Read(path);
        if (header.Metadata.GetValueOrDefault("kind") != Kind)
        {
            throw new InputException($"{path}: is no mask codec; 'panoptes codec fit' writes one");
        }

        MaskCodecOptions options = new()
        {
            Size = Text("size", int.Parse),
            Dimension = Text("dimension", int.Parse),
            Space = Text("space", Enum.Parse<MaskSpace>),
            Smoothing = Text("smoothing", Enum.Parse<MaskSmoothing>),
            Whiten = Text("whiten", bool.Parse),
            ByClass = Text("by_class", bool.Parse),
        };
        options.Validate();
        (float[] vectors, long[] shape) = SafetensorsFloats.Read(path, header, "components", 3);
        (int classes, int count, int pixels) = ((int)shape[0], (int)shape[1], (int)shape[2]);
        float[] mean = Values("mean", classes, pixels);
        float[] variance = Values("variance", classes, count);
        float[] total = Values("total_variance", classes);
        if (pixels != options.Pixels || count < options.Dimension || classes < 1 || (classes > 1 && !options.ByClass))
        {
            throw new InputException($"{path}: components [{classes}, {count}, {pixels}] do not fit size {options.Size} and dimension {options.Dimension}");
        }

        return new MaskCodec(options,
        [
            .. Enumerable.Range(0, classes).Select(k => new CodecComponents(
                mean[(k * pixels)..((k + 1) * pixels)],
                vectors[(k * count * pixels)..((k + 1) * count * pixels)],
                [.. variance[(k * count)..((k + 1) * count)].Select(v => (double)v)],
                total[k])),
        ]);

        T Text<T>(string key, Func<string, T> parse)
        {
            string text = header.Metadata.GetValueOrDefault(key) ?? throw new InputException($"{path}: lacks the text '{key}'");
            try
            {
                return parse(text);
            }
            catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
            {
                throw new InputException($"{path}: {key} is '{text}', which it cannot be", e);
            }
        }

        float[] Values(string name, params long[] expected)
        {
            (float[] values, long[] actual) = SafetensorsFloats.Read(path, header, name, expected.Length);
            return actual.SequenceEqual(expected) ? values : throw new InputException(
                $"{path}: tensor '{name}' is [{string.Join(", ", actual)}]; with these components it must be [{string.Join(", ", expected)}]");
        }
    }
}
