using System.Text.Json;

namespace Panoptes.Coco.Files;

/// <summary>The elements of COCO's panoptic JSON (cocodataset.org, data format 4).</summary>
internal static class PanopticJson
{
    /// <summary>Writes a class.</summary>
    public static void WriteCategory(Utf8JsonWriter json, PanopticCategory category)
    {
        json.WriteStartObject();
        CocoWriter.WriteId(json, "id"u8, category.Id, category.IdText);
        json.WriteString("name"u8, category.Name);
        json.WriteNumber("isthing"u8, category.IsThing ? 1 : 0);
        if (category.Color is { } color)
        {
            json.WriteStartArray("color"u8);
            json.WriteNumberValue(color.R);
            json.WriteNumberValue(color.G);
            json.WriteNumberValue(color.B);
            json.WriteEndArray();
        }

        if (category.Supercategory is { } group)
        {
            json.WriteString("supercategory"u8, group);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an image's segments.</summary>
    public static void WriteAnnotation(Utf8JsonWriter json, PanopticAnnotation annotation, IdTexts texts) =>
        WriteAnnotation(json, annotation, texts, (_, _) => { });

    /// <summary>Writes an image's segments.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="annotation">The segments; figures that are null are skipped.</param>
    /// <param name="texts">The classes whose ids are texts.</param>
    /// <param name="writeMore">Writes further keys of a segment, which it is told by its position.</param>
    public static void WriteAnnotation(
        Utf8JsonWriter json, PanopticAnnotation annotation, IdTexts texts, Action<Utf8JsonWriter, int> writeMore)
    {
        json.WriteStartObject();
        CocoWriter.WriteId(json, "image_id"u8, annotation.ImageId, annotation.ImageIdText);
        json.WriteString("file_name"u8, annotation.FileName);
        json.WriteStartArray("segments_info"u8);
        for (int i = 0; i < annotation.Segments.Count; i++)
        {
            PanopticSegment segment = annotation.Segments[i];
            json.WriteStartObject();
            json.WriteNumber("id"u8, segment.Id);
            CocoWriter.WriteId(json, "category_id"u8, segment.CategoryId, texts.OfClass(segment.CategoryId));
            json.WriteNumber("iscrowd"u8, segment.IsCrowd ? 1 : 0);
            if (segment.Area is { } area)
            {
                json.WriteNumber("area"u8, area);
            }

            if (segment.Bbox is { } box)
            {
                json.WritePropertyName("bbox"u8);
                CocoWriter.WriteBox(json, box);
            }

            writeMore(json, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
