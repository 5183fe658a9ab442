using System.Text.Json;
using Panoptes.Coco.Evaluation.Comparison;

namespace Panoptes.Coco.Reports;

/// <summary>Writes the comparison of two results as JSON.</summary>
internal static class ComparisonReport
{
    /// <summary>
    /// Writes the comparison as an object: <c>samples</c>, <c>confidence</c>, <c>figures</c> and <c>per_class</c>, each a list of name,
    /// value, baseline, difference, interval of the value and of the difference (null if there is none), and whether it is significant.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="comparison">The comparison.</param>
    public static void Write(Utf8JsonWriter json, ResultComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(comparison);
        json.WriteStartObject();
        json.WriteNumber("samples"u8, comparison.Options.Samples);
        json.WriteNumber("confidence"u8, comparison.Options.Confidence);
        json.WriteObjects("figures"u8, comparison.Figures, figure => WriteFigure(json, figure));
        json.WriteObjects("per_class"u8, comparison.Classes, figure => WriteFigure(json, figure));
        json.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter json, FigureDifference figure)
    {
        json.WriteString("name"u8, figure.Name);
        json.WriteNumber("value"u8, figure.Value);
        json.WriteNumber("baseline"u8, figure.Baseline);
        json.WriteNumber("difference"u8, figure.Difference);
        WriteInterval(json, "value_interval", figure.ValueInterval);
        WriteInterval(json, "interval", figure.Interval);
        json.WriteBoolean("significant"u8, figure.IsSignificant);
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Interval interval)
    {
        if (double.IsNaN(interval.Low))
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        json.WriteNumberValue(interval.Low);
        json.WriteNumberValue(interval.High);
        json.WriteEndArray();
    }
}
