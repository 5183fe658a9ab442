using System.Text.Json;
using Panoptes.Evaluation.Comparison;

namespace Panoptes.Evaluation.Report;

/// <summary>Writes the comparison of two results as JSON.</summary>
public static class ComparisonReport
{
    /// <summary>
    /// Writes the comparison as an object: <c>samples</c>, <c>confidence</c>, <c>figures</c> and <c>per_class</c>, each a list of name, value,
    /// baseline, difference, interval of the value and of the difference (null where there is none), and whether it is significant.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="figures">The overall figures.</param>
    /// <param name="classes">The figures by class.</param>
    /// <param name="options">How they were compared.</param>
    public static void Write(
        Utf8JsonWriter json, IReadOnlyList<FigureDifference> figures, IReadOnlyList<FigureDifference> classes, BootstrapOptions options)
    {
        json.WriteStartObject();
        json.WriteNumber("samples"u8, options.Samples);
        json.WriteNumber("confidence"u8, options.Confidence);
        WriteList(json, "figures", figures);
        WriteList(json, "per_class", classes);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<FigureDifference> figures)
    {
        json.WriteStartArray(name);
        foreach (FigureDifference figure in figures)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, figure.Name);
            json.WriteNumber("value"u8, figure.Value);
            json.WriteNumber("baseline"u8, figure.Baseline);
            json.WriteNumber("difference"u8, figure.Difference);
            WriteInterval(json, "value_interval", figure.ValueInterval);
            WriteInterval(json, "interval", figure.Interval);
            json.WriteBoolean("significant"u8, figure.IsSignificant);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
