using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.LabelMe;

/// <summary>
/// Writes LabelMe's files. Polygons stay as they are, masks of pixels become LabelMe's masks, the polygons of one object get a group, and
/// crowd regions a flag.
/// </summary>
internal static class LabelMeWriter
{
    // The first version with masks is 5.2; the files of these versions have the same keys.
    private const string Version = "5.2.0";

    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes a dataset: a JSON for each image. Each names its image by the way that leads there from the JSON.</summary>
    /// <exception cref="InputException">An image's name is malformed.</exception>
    public static ConversionResult Write(InstanceDataset dataset, ConversionContext context)
    {
        ConversionOptions options = context.Options;
        string[] stems = FormatImageFiles.Stems(dataset.Images.Select(image => image.FileName));
        context.ForEachImage("write", stems.Length, i =>
        {
            CocoImage image = dataset.Images[i];
            string path = FormatImageFiles.Prepare(options.Output, stems[i], ".json");
            string imagePath = Path.Combine(options.CopyImages ? options.Output : context.Images ?? options.Output, image.FileName);
            AtomicFile.Write(path, stream =>
            {
                using Utf8JsonWriter json = new(stream, s_format);
                Write(json, dataset, i, Path.GetRelativePath(Path.GetDirectoryName(path)!, imagePath).Replace('\\', '/'), context.Losses);
            });
            if (options.CopyImages)
            {
                context.Place(image.FileName, imagePath);
            }
        });
        InstanceLosses.AddBoxesAndAreas(dataset, context);
        InstanceLosses.AddIds(dataset, context, classIds: false);
        AddClasses(dataset, context.Losses);
        string? folder = context.Images is null || options.CopyImages ? options.Output : null;
        return InstanceLosses.Result(dataset, context, dataset.Annotations.Count, folder);
    }

    private static void Write(Utf8JsonWriter json, InstanceDataset dataset, int index, string imagePath, LossLog losses)
    {
        CocoImage image = dataset.Images[index];
        json.WriteStartObject();
        json.WriteString("version"u8, Version);
        json.WriteStartObject("flags"u8);
        json.WriteEndObject();
        json.WriteStartArray("shapes"u8);
        int group = 0;
        foreach (CocoAnnotation annotation in dataset.AnnotationsOf(index))
        {
            WriteObject(json, annotation, dataset.Categories[dataset.IndexOfCategory(annotation.CategoryId)].Name, ref group, losses);
        }

        json.WriteEndArray();
        json.WriteString("imagePath"u8, imagePath);
        json.WriteNull("imageData"u8);
        json.WriteNumber("imageHeight"u8, image.Height);
        json.WriteNumber("imageWidth"u8, image.Width);
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, CocoAnnotation annotation, string label, ref int group, LossLog losses)
    {
        bool crowd = annotation.IsCrowd;
        (double x1, double y1, double x2, double y2) = annotation.Box;
        switch (annotation.Segmentation)
        {
            case null:
                WriteShape(json, "rectangle", label, null, [x1, y1, x2, y2], null, crowd);
                break;
            case { Rle: { IsEmpty: false } mask }:
                (x1, y1, x2, y2) = mask.Bounds;
                WriteShape(json, "mask", label, null, [x1, y1, x2 - 1, y2 - 1], EncodeMask(mask), crowd);
                break;
            case { Rle: not null }:
                losses.Add(LossKind.HiddenObjects, InstanceLosses.NameOf(annotation));
                break;
            case { Polygons: var polygons }:
                int? shared = polygons.Count > 1 ? ++group : null;
                foreach (double[] polygon in polygons)
                {
                    WriteShape(json, "polygon", label, shared, polygon, null, crowd);
                }

                break;
        }
    }

    private static void WriteShape(Utf8JsonWriter json, string type, string label, int? group, double[] points, byte[]? mask, bool crowd)
    {
        json.WriteStartObject();
        json.WriteString("label"u8, label);
        json.WriteStartArray("points"u8);
        for (int i = 0; i < points.Length; i += 2)
        {
            json.WriteStartArray();
            json.WriteNumberValue(points[i]);
            json.WriteNumberValue(points[i + 1]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (group is { } number) json.WriteNumber("group_id"u8, number);
        else json.WriteNull("group_id"u8);
        json.WriteString("description"u8, "");
        json.WriteString("shape_type"u8, type);
        json.WriteStartObject("flags"u8);
        if (crowd)
        {
            json.WriteBoolean(LabelMeShape.CrowdFlag, true);
        }

        json.WriteEndObject();
        json.WritePropertyName("mask"u8);
        if (mask is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteBase64StringValue(mask);
        }

        json.WriteEndObject();
    }

    /// <summary>The part of a mask inside of its box as a PNG of zeros and ones.</summary>
    private static byte[] EncodeMask(Rle mask)
    {
        (double left, double top, double right, double bottom) = mask.Bounds;
        (int width, int height) = ((int)(right - left), (int)(bottom - top));
        byte[] pixels = new byte[width * height];
        mask.Crop((int)left, (int)top, height, width).ToMask(pixels);
        return PngEncoder.Encode(pixels, width, height, width, PixelFormat.Gray8);
    }

    // LabelMe knows a class only by the objects that have it, in the order of their names.
    private static void AddClasses(InstanceDataset dataset, LossLog losses)
    {
        HashSet<int> used = [.. dataset.Annotations.Select(a => a.CategoryId)];
        string[] names = [.. dataset.Categories.Where(c => used.Contains(c.Id)).Select(c => c.Name).Order(StringComparer.Ordinal)];
        foreach (CocoCategory category in dataset.Categories)
        {
            losses.Add(LossKind.ClassIds, $"{category.Name} {category.Id}", Array.IndexOf(names, category.Name) + 1 == category.Id ? 0 : 1);
        }
    }
}
