using System.Text.Json;

namespace Panoptes.Coco.Evaluation;

/// <summary>Writes a <see cref="PqResult"/> as the JSON that scripts rely on (<c>score panoptic --json</c>, <c>eval --json</c>).</summary>
internal static class PqReport
{
    /// <summary>Writes the result as an object: <c>All</c>, <c>Things</c> and <c>Stuff</c> with pq, sq, rq and n, <c>per_class</c> by
    /// category id, <c>miou</c>, <c>images</c>, <c>seconds</c> and, where there are any, <c>warnings</c>.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="result">The result.</param>
    /// <param name="more">Writes further properties at the end; null for none.</param>
    public static void Write(Utf8JsonWriter json, PqResult result, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartObject();
        foreach ((string name, PqFigures figures) in new[] { ("All", result.All), ("Things", result.Things), ("Stuff", result.Stuff) })
        {
            json.WriteStartObject(name);
            json.WriteNumber("pq"u8, figures.Pq);
            json.WriteNumber("sq"u8, figures.Sq);
            json.WriteNumber("rq"u8, figures.Rq);
            json.WriteNumber("n"u8, figures.Classes);
            json.WriteEndObject();
        }

        json.WriteStartObject("per_class"u8);
        foreach (PqClass one in result.Classes)
        {
            json.WriteStartObject(one.Category.Id.ToString());
            json.WriteString("name"u8, one.Category.Name);
            json.WriteNumber("pq"u8, one.Pq);
            json.WriteNumber("sq"u8, one.Sq);
            json.WriteNumber("rq"u8, one.Rq);
            json.WriteNumber("tp"u8, one.TruePositives);
            json.WriteNumber("fp"u8, one.FalsePositives);
            json.WriteNumber("fn"u8, one.FalseNegatives);
            json.WriteNumber("iou"u8, one.PixelIoU ?? -1);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("miou"u8, result.MeanIoU);
        json.WriteNumber("images"u8, result.Images);
        json.WriteNumber("seconds"u8, result.Seconds);
        if (result.Warnings.Count > 0)
        {
            json.WriteStartArray("warnings"u8);
            foreach (string warning in result.Warnings)
            {
                json.WriteStringValue(warning);
            }

            json.WriteEndArray();
        }

        more?.Invoke(json);
        json.WriteEndObject();
    }
}
