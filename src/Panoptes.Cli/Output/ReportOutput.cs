using System.Text.Json;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;

namespace Panoptes.Cli.Output;

/// <summary>What the score commands add to their result when a report or a comparison is asked for.</summary>
internal static class ReportOutput
{
    /// <summary>Writes <c>analysis</c>, <c>comparison</c> and <c>report</c>, each where it is there.</summary>
    public static void Write(Utf8JsonWriter json, Action<Utf8JsonWriter>? analysis, ResultComparison? comparison, string? page)
    {
        if (analysis is not null)
        {
            json.WritePropertyName("analysis"u8);
            analysis(json);
        }

        if (comparison is not null)
        {
            json.WritePropertyName("comparison"u8);
            AnalysisReport.Write(json, comparison);
        }

        if (page is not null) json.WriteString("report"u8, page);
    }

    /// <summary>Writes the comparison and where the report is as text, each where it is there.</summary>
    public static void Write(TextWriter output, ResultComparison? comparison, string? page)
    {
        if (comparison is not null) ComparisonText.Write(output, comparison);
        if (page is not null) output.WriteLine($"\nreport {page}");
    }
}
