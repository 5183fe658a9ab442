using System.Text.Json;
using Panoptes.Coco;
using Panoptes.Datasets.Formats.CocoJson;
using Panoptes.Masks;

namespace Panoptes.Datasets.Formats.Panoptic;

/// <summary>Writes COCO's panoptic JSON, and its PNGs into the folder beside it that has its name.</summary>
internal static class PanopticWriter
{
    /// <summary>Writes a data set.</summary>
    /// <exception cref="InputException">The input is wrong.</exception>
    public static ConversionResult Write(IPanopticSource source, ConversionContext context)
    {
        string folder = PanopticReader.FolderOf(context.Options.Output);
        PanopticFolder pngs = new(folder);
        CocoImage[] images = new CocoImage[source.Count];
        PanopticAnnotation[] annotations = new PanopticAnnotation[source.Count];
        context.ForEachPicture("convert", source.Count, i =>
        {
            PanopticScene scene = source.Read(i);
            images[i] = scene.Image;
            annotations[i] = new PanopticAnnotation(
                scene.Image.Id, pngs.Write(scene.Image, scene.Labels.EncodePng()), SegmentFigures.Complete(scene));
        });
        CocoFile.Write(context.Options.Output, context.Header, file =>
        {
            file.AddImages(images);
            file.AddAll("annotations", annotations, WriteAnnotation);
            file.AddAll("categories", source.Categories, WriteCategory);
        });
        return PanopticResult.Of(source, context, annotations.Sum(a => a.Segments.Count));
    }

    /// <summary>Writes a class.</summary>
    public static void WriteCategory(Utf8JsonWriter json, PanopticCategory category)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, category.Id);
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

    private static void WriteAnnotation(Utf8JsonWriter json, PanopticAnnotation annotation)
    {
        json.WriteStartObject();
        json.WriteNumber("image_id"u8, annotation.ImageId);
        json.WriteString("file_name"u8, annotation.FileName);
        json.WriteStartArray("segments_info"u8);
        foreach (PanopticSegment segment in annotation.Segments)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, segment.Id);
            json.WriteNumber("category_id"u8, segment.CategoryId);
            json.WriteNumber("iscrowd"u8, segment.IsCrowd ? 1 : 0);
            json.WriteNumber("area"u8, segment.Area!.Value);
            json.WritePropertyName("bbox"u8);
            CocoWriter.WriteBox(json, segment.Bbox!.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
