using System.Text.Json;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>Writes how well masks survive: as the JSON that scripts rely on (<c>codec report --json</c>), and as a page.</summary>
public static class CodecReport
{
    /// <summary>Writes a page that shows it: the curve next to the paper's figure, and masks before and after.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="masks">The masks that it was measured on.</param>
    /// <param name="curve">What was measured.</param>
    /// <param name="compared">Other codecs, shown in the same plots.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void WritePage(
        string path, MaskCodec codec, MaskSet masks, IReadOnlyList<CodecCurvePoint> curve, IReadOnlyList<ComparedCodec> compared) =>
        CodecPage.Write(path, codec, masks, curve, compared);

    /// <summary>
    /// Writes an object: <c>size</c>, <c>masks</c>, <c>kind</c> (pca or autoencoder), of principal components <c>space</c> and
    /// <c>whiten</c>, and <c>dims</c> with dim, miou, mask_iou, e_recon and lost_variance; <c>compared</c>, if there are others, with codec
    /// and kind besides.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="masks">The masks that it was measured on.</param>
    /// <param name="curve">What was measured.</param>
    /// <param name="compared">Other codecs.</param>
    /// <param name="more">Writes further properties at the end; null for none.</param>
    public static void Write(
        Utf8JsonWriter json,
        MaskCodec codec,
        MaskSet masks,
        IReadOnlyList<CodecCurvePoint> curve,
        IReadOnlyList<ComparedCodec> compared,
        Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(masks);
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentNullException.ThrowIfNull(compared);
        json.WriteStartObject();
        json.WriteNumber("size"u8, codec.Size);
        json.WriteNumber("masks"u8, masks.Count);
        json.WriteString("kind"u8, Kind(codec));
        if (codec is PcaCodec pca)
        {
            json.WriteString("space"u8, pca.Options.Space == MaskSpace.Logit ? "logit"u8 : "binary"u8);
            json.WriteBoolean("whiten"u8, pca.Options.Whiten);
        }

        json.WriteObjects("dims"u8, curve, point => Write(json, point));
        if (compared.Count > 0)
        {
            json.WriteObjects("compared"u8, compared, other =>
            {
                json.WriteString("codec"u8, other.Path);
                json.WriteString("kind"u8, Kind(other.Codec));
                Write(json, other.Point);
            });
        }

        more?.Invoke(json);
        json.WriteEndObject();
    }

    private static string Kind(MaskCodec codec) => codec is AutoencoderCodec ? "autoencoder" : "pca";

    private static void Write(Utf8JsonWriter json, CodecCurvePoint point)
    {
        json.WriteNumber("dim"u8, point.Dimension);
        json.WriteNumber("miou"u8, point.MeanIoU);
        json.WriteNumber("mask_iou"u8, point.MaskIoU);
        json.WriteNumber("e_recon"u8, point.ReconstructionError);
        json.WriteNumber("lost_variance"u8, point.LostVariance);
    }
}
