using System.Text.Json;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Writes a <see cref="DatasetStatistics"/> as the JSON that scripts rely on (<c>dataset stats --json</c>).</summary>
internal static class StatisticsJson
{
    /// <summary>Writes the statistics as an object. What has no end, or is not known, is null.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="statistics">The statistics.</param>
    public static void Write(Utf8JsonWriter json, DatasetStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(statistics);
        json.WriteStartObject();
        json.WriteBoolean("panoptic"u8, statistics.IsPanoptic);
        json.WriteNumber("images"u8, statistics.Images);
        json.WriteNumber("empty_images"u8, statistics.EmptyImages);
        json.WriteNumber("objects"u8, statistics.Objects);
        json.WriteNumber("crowds"u8, statistics.Crowds);
        json.WriteNumber("stuff"u8, statistics.Stuff);
        json.WriteNumber("classes"u8, statistics.Classes.Count);
        json.WriteNumber("empty_classes"u8, statistics.EmptyClasses);
        WriteSizes(json, statistics.Sizes);
        json.WriteStartObject("per_class"u8);
        foreach (ClassStatistics one in statistics.Classes)
        {
            json.WriteStartObject(one.Id.ToString());
            WriteClass(json, one);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteHistogram(json, "objects_per_image", statistics.ObjectsPerImage);
        WriteHistogram(json, "classes_per_image", statistics.ClassesPerImage);
        WriteHistogram(json, "object_size", statistics.ObjectSize);
        WriteHistogram(json, "relative_size", statistics.RelativeSize);
        WriteHistogram(json, "object_aspect", statistics.ObjectAspect);
        WriteHistogram(json, "image_short_side", statistics.ImageShortSide);
        WriteHistogram(json, "image_aspect", statistics.ImageAspect);
        WriteHistogram(json, "polygons_per_object", statistics.PolygonsPerObject);
        WriteHistogram(json, "corners_per_object", statistics.CornersPerObject);
        WriteImageSizes(json, statistics);
        WriteMasks(json, statistics.Masks);
        WriteCenters(json, statistics.Centers);
        WritePairs(json, statistics.Pairs);
        WriteLevels(json, statistics);
        WritePixels(json, statistics.Pixels);
        json.WriteStrings("warnings"u8, statistics.Warnings);
        json.WriteEndObject();
    }

    private static void WriteClass(Utf8JsonWriter json, ClassStatistics one)
    {
        json.WriteString("name"u8, one.Name);
        if (one.IsThing is { } isThing)
        {
            json.WriteBoolean("isthing"u8, isThing);
        }

        json.WriteNumber("objects"u8, one.Objects);
        json.WriteNumber("crowds"u8, one.Crowds);
        json.WriteNumber("images"u8, one.Images);
        json.WriteNumber("share"u8, one.Share);
        json.WriteNumber("area"u8, one.Area);
        WriteNumber(json, "mean_area", one.MeanArea);
        WriteNumber(json, "median_area", one.MedianArea);
        WriteSizes(json, one.Sizes);
    }

    private static void WriteSizes(Utf8JsonWriter json, SizeClasses sizes)
    {
        json.WriteNumber("small"u8, sizes.Small);
        json.WriteNumber("medium"u8, sizes.Medium);
        json.WriteNumber("large"u8, sizes.Large);
    }

    private static void WriteHistogram(Utf8JsonWriter json, string name, Histogram histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count"u8, histogram.Count);
        json.WriteNumber("min"u8, histogram.Min);
        json.WriteNumber("mean"u8, histogram.Mean);
        json.WriteNumber("median"u8, histogram.Median);
        json.WriteNumber("max"u8, histogram.Max);
        json.WriteObjects("bins"u8, histogram.Bins, bin =>
        {
            json.WriteNumber("from"u8, bin.From);
            WriteNumber(json, "to", bin.To);
            json.WriteNumber("count"u8, bin.Count);
        });
        json.WriteEndObject();
    }

    private static void WriteImageSizes(Utf8JsonWriter json, DatasetStatistics statistics) =>
        json.WriteObjects("image_sizes"u8, statistics.ImageSizes, size =>
        {
            json.WriteNumber("width"u8, size.Size.Width);
            json.WriteNumber("height"u8, size.Size.Height);
            json.WriteNumber("images"u8, size.Images);
        });

    private static void WriteMasks(Utf8JsonWriter json, MaskForms? forms)
    {
        if (forms is not { } masks)
        {
            return;
        }

        json.WriteStartObject("masks"u8);
        json.WriteNumber("polygons"u8, masks.Polygons);
        json.WriteNumber("compressed_rle"u8, masks.CompressedRle);
        json.WriteNumber("uncompressed_rle"u8, masks.UncompressedRle);
        json.WriteNumber("none"u8, masks.None);
        json.WriteEndObject();
    }

    private static void WriteCenters(Utf8JsonWriter json, CenterMap centers)
    {
        json.WriteStartArray("centers"u8);
        foreach (int[] row in centers.Counts.Chunk(centers.Columns))
        {
            json.WriteStartArray();
            Array.ForEach(row, json.WriteNumberValue);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WritePairs(Utf8JsonWriter json, IReadOnlyList<ClassPair> pairs) => json.WriteObjects("pairs"u8, pairs, pair =>
    {
        json.WriteStartArray("classes"u8);
        json.WriteNumberValue(pair.First.Id);
        json.WriteNumberValue(pair.Second.Id);
        json.WriteEndArray();
        json.WriteStrings("names"u8, [pair.First.Name, pair.Second.Name]);
        json.WriteNumber("images"u8, pair.Images);
    });

    private static void WriteLevels(Utf8JsonWriter json, DatasetStatistics statistics)
    {
        json.WriteStartObject("pyramid"u8);
        json.WriteNumber("short_side"u8, statistics.Options.ShortSide);
        json.WriteNumber("long_side"u8, statistics.Options.LongSide);
        json.WriteObjects("levels"u8, statistics.Levels, level =>
        {
            json.WriteString("name"u8, level.Name);
            json.WriteNumber("from"u8, level.From);
            WriteNumber(json, "to", level.To);
            json.WriteNumber("objects"u8, level.Objects);
            json.WriteNumber("share"u8, level.Share);
        });
        json.WriteEndObject();
    }

    private static void WritePixels(Utf8JsonWriter json, PanopticPixels? pixels)
    {
        if (pixels is null)
        {
            return;
        }

        json.WriteStartObject("pixels"u8);
        json.WriteNumber("things"u8, pixels.Things);
        json.WriteNumber("stuff"u8, pixels.Stuff);
        WriteNumber(json, "void", pixels.Void);
        json.WriteNumber("total"u8, pixels.Total);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
