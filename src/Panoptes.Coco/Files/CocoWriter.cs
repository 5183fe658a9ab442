using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>
/// Writes COCO's JSON files, with numbers in the shortest form that reads back the same. A file is written to a temporary file and
/// renamed, so that a failure leaves an older file as it was.
/// </summary>
public static class CocoWriter
{
    private const int FlushAt = 1 << 16;

    // The default would write every '<' and '>' of a compressed RLE as six characters, for HTML's sake.
    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an instance dataset as <see cref="InstanceDataset.Load"/> and pycocotools read it.</summary>
    /// <remarks>Crowds are written as uncompressed RLE, as COCO does; other run-length masks as compressed RLE.</remarks>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="dataset">The dataset.</param>
    public static void WriteInstances(string path, InstanceDataset dataset) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, s_format);
        json.WriteStartObject();
        WriteList(json, "images", dataset.Images, WriteImage);
        IdTexts texts = new(dataset);
        WriteList(json, "annotations", dataset.Annotations, (writer, annotation) => WriteAnnotation(writer, annotation, texts));
        WriteList(json, "categories", dataset.Categories, WriteCategory);
        json.WriteEndObject();
    });

    /// <summary>Writes a panoptic dataset as <see cref="PanopticDataset.Load"/> and panopticapi read it; the PNGs are the
    /// caller's.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="dataset">The dataset; figures of segments that are null are skipped.</param>
    public static void WritePanoptic(string path, PanopticDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        IdTexts texts = new(dataset.Categories.Select(c => (c.Id, c.IdText)));
        WritePanoptic(
            path, dataset.Images, dataset.Categories, dataset.Annotations,
            (json, annotation) => PanopticJson.WriteAnnotation(json, annotation, texts));
    }

    /// <summary>Writes a results file as <see cref="ResultFile.Load"/> and pycocotools' <c>loadRes</c> read it.</summary>
    /// <remarks>Masks are written as compressed RLE.</remarks>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="detections">The detections; read once, one by one.</param>
    /// <param name="dataset">The images' dataset, whose ids that are texts are written as it has them; null where no id is.</param>
    public static void WriteResults(
        string path, IEnumerable<CocoDetection> detections, InstanceDataset? dataset = null) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, s_format);
        IdTexts texts = new(dataset);
        WriteList(json, null, detections, (writer, detection) =>
        {
            writer.WriteStartObject();
            WriteId(writer, "image_id"u8, detection.ImageId, texts.OfImage(detection.ImageId));
            WriteDetection(writer, detection, texts.OfClass(detection.CategoryId));
            writer.WriteEndObject();
        });
    });

    /// <summary>Writes a results file for images, or classes, whose ids are texts, such as their file names.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="detections">The image's id with each detection, written as a number where it is one; null where
    /// <see cref="CocoDetection.ImageId"/> is it.</param>
    /// <param name="categories">The classes, some of whose ids are texts; null where none is.</param>
    public static void WriteResults(
        string path,
        IEnumerable<(string? ImageId, CocoDetection Detection)> detections,
        IReadOnlyList<PanopticCategory>? categories = null) =>
        AtomicFile.Write(path, stream =>
        {
            using Utf8JsonWriter json = new(stream, s_format);
            IdTexts texts = new((categories ?? []).Select(c => (c.Id, c.IdText)));
            WriteList(json, null, detections, (writer, item) =>
            {
                writer.WriteStartObject();
                bool isNumber = long.TryParse(item.ImageId, out long number);
                long id = isNumber ? number : item.Detection.ImageId;
                WriteId(writer, "image_id"u8, id, isNumber ? null : item.ImageId);
                WriteDetection(writer, item.Detection, texts.OfClass(item.Detection.CategoryId));
                writer.WriteEndObject();
            });
        });

    /// <summary>Writes a panoptic dataset, or results, which have no images, with a caller's way to write what is known of a
    /// image.</summary>
    internal static void WritePanoptic<T>(
        string path,
        IReadOnlyCollection<CocoImage> images,
        IEnumerable<PanopticCategory> categories,
        IEnumerable<T> annotations,
        Action<Utf8JsonWriter, T> writeAnnotation) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, s_format);
        json.WriteStartObject();
        if (images.Count > 0)
        {
            WriteList(json, "images", images, WriteImage);
        }

        WriteList(json, "annotations", annotations, writeAnnotation);
        WriteList(json, "categories", categories, PanopticJson.WriteCategory);
        json.WriteEndObject();
    });

    private static void WriteList<T>(Utf8JsonWriter json, string? name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (T item in items)
        {
            write(json, item);
            if (json.BytesPending > FlushAt)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
    }

    internal static void WriteImage(Utf8JsonWriter json, CocoImage image)
    {
        json.WriteStartObject();
        WriteId(json, "id"u8, image.Id, image.IdText);
        json.WriteString("file_name"u8, image.FileName);
        if (image.Width > 0 && image.Height > 0)
        {
            json.WriteNumber("width"u8, image.Width);
            json.WriteNumber("height"u8, image.Height);
        }

        if (image.Federated is { } labels)
        {
            WriteIntegers(json, "neg_category_ids", labels.Negative);
            WriteIntegers(json, "not_exhaustive_category_ids", labels.NotExhaustive);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an id as it stood in its file.</summary>
    internal static void WriteId(Utf8JsonWriter json, ReadOnlySpan<byte> key, long id, string? text)
    {
        if (text is null)
        {
            json.WriteNumber(key, id);
        }
        else
        {
            json.WriteString(key, text);
        }
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    internal static void WriteCategory(Utf8JsonWriter json, CocoCategory category)
    {
        json.WriteStartObject();
        WriteId(json, "id"u8, category.Id, category.IdText);
        json.WriteString("name"u8, category.Name);
        if (category.Supercategory is not null)
        {
            json.WriteString("supercategory"u8, category.Supercategory);
        }

        if (category.Frequency is not null)
        {
            json.WriteString("frequency"u8, category.Frequency);
        }

        json.WriteEndObject();
    }

    internal static void WriteAnnotation(Utf8JsonWriter json, CocoAnnotation annotation, IdTexts texts)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, annotation.Id);
        WriteId(json, "image_id"u8, annotation.ImageId, texts.OfImage(annotation.ImageId));
        WriteId(json, "category_id"u8, annotation.CategoryId, texts.OfClass(annotation.CategoryId));
        json.WriteNumber("iscrowd"u8, annotation.IsCrowd ? 1 : 0);
        json.WriteNumber("area"u8, annotation.Area);
        json.WritePropertyName("bbox"u8);
        WriteBox(json, annotation.Bbox);
        if (annotation.Segmentation is { } segmentation)
        {
            json.WritePropertyName("segmentation"u8);
            WriteSegmentation(json, segmentation, annotation.IsCrowd);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an object's mask; a crowd's run lengths uncompressed, as COCO does.</summary>
    internal static void WriteSegmentation(Utf8JsonWriter json, CocoSegmentation segmentation, bool isCrowd)
    {
        if (segmentation.Rle is not { } rle)
        {
            WritePolygons(json, segmentation.Polygons);
        }
        else if (isCrowd)
        {
            WriteUncompressed(json, rle);
        }
        else
        {
            WriteCompressed(json, rle);
        }
    }

    private static void WriteDetection(Utf8JsonWriter json, CocoDetection detection, string? classText)
    {
        WriteId(json, "category_id"u8, detection.CategoryId, classText);
        if (detection.Bbox is { } box)
        {
            json.WritePropertyName("bbox"u8);
            WriteBox(json, box);
        }

        json.WriteNumber("score"u8, detection.Score);
        if (detection.Mask is { } mask)
        {
            json.WritePropertyName("segmentation"u8);
            WriteCompressed(json, mask);
        }
    }

    /// <summary>Writes a box as a list of four numbers.</summary>
    internal static void WriteBox(Utf8JsonWriter json, BoxXywh box)
    {
        json.WriteStartArray();
        json.WriteNumberValue(box.X);
        json.WriteNumberValue(box.Y);
        json.WriteNumberValue(box.Width);
        json.WriteNumberValue(box.Height);
        json.WriteEndArray();
    }

    private static void WritePolygons(Utf8JsonWriter json, IReadOnlyList<double[]> polygons)
    {
        json.WriteStartArray();
        foreach (double[] polygon in polygons)
        {
            json.WriteStartArray();
            foreach (double coordinate in polygon)
            {
                json.WriteNumberValue(coordinate);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    internal static void WriteCompressed(Utf8JsonWriter json, Rle mask)
    {
        WriteSize(json, mask);
        json.WriteString("counts"u8, mask.ToCompressedString());
        json.WriteEndObject();
    }

    private static void WriteUncompressed(Utf8JsonWriter json, Rle mask)
    {
        WriteSize(json, mask);
        json.WriteStartArray("counts"u8);
        foreach (uint count in mask.Counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter json, Rle mask)
    {
        json.WriteStartObject();
        json.WriteStartArray("size"u8);
        json.WriteNumberValue(mask.Height);
        json.WriteNumberValue(mask.Width);
        json.WriteEndArray();
    }
}
