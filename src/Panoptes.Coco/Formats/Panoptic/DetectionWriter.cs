using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.CocoJson;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>
/// Writes panopticapi's detection format: COCO's instance JSON in which every segment is an annotation with run lengths. Ids of segments,
/// which occur once in an image but not in the file, have a key of their own, and classes keep isthing and color; so nothing is lost.
/// </summary>
internal static class DetectionWriter
{
    /// <summary>Writes a dataset.</summary>
    /// <exception cref="InputException">The input is wrong.</exception>
    public static ConversionResult Write(IPanopticSource source, ConversionContext context)
    {
        CocoImage?[] images = new CocoImage?[source.Count];
        List<(PanopticSegment Segment, Rle Mask)>[] segments = new List<(PanopticSegment, Rle)>[source.Count];
        int read = PanopticScenes.ForEach(source, context, "convert", (i, scene) =>
        {
            SortedDictionary<int, Rle> masks = scene.Labels.ToMasks();
            images[i] = scene.Image;
            segments[i] = [.. scene.Segments.Select(s => (SegmentFigures.Complete(s, masks[s.Id]), masks[s.Id]))];
        });
        CocoFile.Write(context.Options.Output, context.Header, file =>
        {
            file.AddImages(images.OfType<CocoImage>());

            // From 1: pycocotools takes a true object with the id 0 for one that was missed.
            long id = 0;
            for (int i = 0; i < images.Length; i++)
            {
                if (images[i] is { } image)
                {
                    file.AddAll("annotations", segments[i], (json, item) => WriteAnnotation(json, ++id, image, item.Segment, item.Mask));
                }
            }

            file.AddAll("categories", source.Categories, PanopticJson.WriteCategory);
        });
        return PanopticResult.Of(source, context, read, segments.Sum(s => s?.Count ?? 0));
    }

    private static void WriteAnnotation(Utf8JsonWriter json, long id, CocoImage image, PanopticSegment segment, Rle mask)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, id);
        CocoWriter.WriteId(json, "image_id"u8, image.Id, image.IdText);
        json.WriteNumber("category_id"u8, segment.CategoryId);
        json.WriteNumber("segment_id"u8, segment.Id);
        json.WriteNumber("iscrowd"u8, segment.IsCrowd ? 1 : 0);
        json.WriteNumber("area"u8, segment.Area!.Value);
        json.WritePropertyName("bbox"u8);
        CocoWriter.WriteBox(json, segment.Bbox!.Value);
        json.WritePropertyName("segmentation"u8);
        CocoWriter.WriteCompressed(json, mask);
        json.WriteEndObject();
    }
}
