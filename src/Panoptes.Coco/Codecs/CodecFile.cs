using Panoptes.Inference;
using Panoptes.Inference.MEInst;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// A codec as a safetensors file: its numbers as tensors, its options as texts. The text <c>codec</c> tells the kind; without it,
/// principal components.
/// </summary>
public static class CodecFile
{
    private const string Kind = "panoptes mask codec";
    private const string Pca = "pca";
    private const string Autoencoder = "autoencoder";

    /// <summary>Writes a codec.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="codec">The codec.</param>
    public static void Save(string path, MaskCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        if (codec is AutoencoderCodec autoencoder)
        {
            Write(path, Autoencoder, AutoencoderCodecFile.Texts(autoencoder), AutoencoderCodecFile.Tensors(autoencoder));
        }
        else
        {
            PcaCodec pca = (PcaCodec)codec;
            Write(path, Pca, PcaCodecFile.Texts(pca.Options), PcaCodecFile.Tensors(pca));
        }
    }

    /// <summary>Reads a codec.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing or is not a codec; the message names file, key and value.</exception>
    public static MaskCodec Load(string path)
    {
        ModelHeader header = ModelHeader.Read(path);
        if (header.IsOnnx || header.Metadata.GetValueOrDefault("kind") != Kind)
        {
            throw new InputException(InputErrorKind.Damaged, path, null, "is not a mask codec; 'panoptes codec fit' writes one");
        }

        using FileStream stream = InputFile.Open(path);
        CodecFileReader file = new(path, SafetensorsLayout.Read(stream, path));
        string kind = header.Metadata.GetValueOrDefault("codec", Pca);
        return kind switch
        {
            Pca => PcaCodecFile.Load(file),
            Autoencoder => AutoencoderCodecFile.Load(file),
            _ => throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"codec is '{kind}'; this version knows {Pca} and {Autoencoder}"),
        };
    }

    private static void Write(
        string path, string codec, Dictionary<string, string> texts, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors)
    {
        (texts["kind"], texts["codec"]) = (Kind, codec);
        SafetensorsFloats.Write(path, texts, tensors);
    }
}
