using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Writes an <see cref="ApResult"/> as the JSON that scripts rely on (<c>score instances --json</c>, <c>eval --json</c>).
/// </summary>
internal static class ApReport
{
    /// <summary>The result as one JSON object.</summary>
    /// <param name="result">The result.</param>
    /// <param name="perClass">Whether the figures of each class are part of it.</param>
    public static string ToJson(ApResult result, bool perClass = true)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            Write(json, result, perClass);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the result as an object: <c>iou_type</c>, <c>stats</c>, <c>names</c>, <c>per_class</c> by category id with name,
    /// ap, ap50, ap75, aps, apm, apl, ar and counts, <c>seconds</c> and, where there are any, <c>warnings</c>.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="result">The result.</param>
    /// <param name="perClass">Whether the figures of each class are part of it.</param>
    /// <param name="more">Writes further properties at the end; null for none.</param>
    public static void Write(Utf8JsonWriter json, ApResult result, bool perClass = true, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartObject();
        json.WriteString(
            "iou_type"u8,
            result.Options.IouType switch { IouType.Bbox => "bbox"u8, IouType.Segm => "segm"u8, _ => "boundary"u8 });
        json.WriteStartArray("stats"u8);
        foreach (double value in result.Stats)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        WriteStrings(json, "names", result.Names);
        if (perClass)
        {
            json.WriteStartObject("per_class"u8);
            foreach (ApClass category in result.Classes)
            {
                json.WriteStartObject(category.CategoryId.ToString());
                json.WriteString("name"u8, category.Name);
                json.WriteNumber("ap"u8, category.Ap);
                json.WriteNumber("ap50"u8, category.Ap50);
                json.WriteNumber("ap75"u8, category.Ap75);
                for (int area = 1; area < category.ApBySize.Count; area++)
                {
                    json.WriteNumber($"ap{result.Options.SuffixOf(area)}", category.ApBySize[area]);
                }

                json.WriteNumber("ar"u8, category.Ar);
                json.WriteNumber("objects"u8, category.Objects);
                json.WriteNumber("detections"u8, category.Detections);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteStartObject("seconds"u8);
        json.WriteNumber("load"u8, result.Seconds.Load);
        json.WriteNumber("match"u8, result.Seconds.Match);
        json.WriteNumber("accumulate"u8, result.Seconds.Accumulate);
        json.WriteEndObject();
        if (result.Warnings.Count > 0)
        {
            WriteStrings(json, "warnings", result.Warnings);
        }

        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>The figures of each class as a table of comma-separated values, a class a line, with a line of names first.</summary>
    /// <param name="result">The result.</param>
    public static string ToCsv(ApResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        StringBuilder table = new("id,name,ap,ap50,ap75");
        for (int area = 1; area < result.Options.AreaRanges.Count; area++)
        {
            table.Append(",ap").Append(result.Options.SuffixOf(area));
        }

        table.Append(",ar,objects,detections\n");
        foreach (ApClass category in result.Classes)
        {
            string name = category.Name.Replace("\"", "\"\"", StringComparison.Ordinal);
            table.Append(CultureInfo.InvariantCulture, $"{category.CategoryId},\"{name}\"");
            table.Append(CultureInfo.InvariantCulture, $",{category.Ap},{category.Ap50},{category.Ap75}");
            foreach (double figure in category.ApBySize.Skip(1))
            {
                table.Append(CultureInfo.InvariantCulture, $",{figure}");
            }

            table.Append(CultureInfo.InvariantCulture, $",{category.Ar},{category.Objects},{category.Detections}\n");
        }

        return table.ToString();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
