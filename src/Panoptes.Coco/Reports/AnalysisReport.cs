using System.Text.Json;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Reports;

/// <summary>
/// Writes what is wrong with a model, and how it compares with another: as JSON, and as a page of one file that needs no other.
/// </summary>
public static class AnalysisReport
{
    /// <summary>
    /// Writes the analysis as an object: <c>errors</c> by kind with count, cost and both by class, <c>false_positives</c> and
    /// <c>false_negatives</c>, <c>confusion</c> (rows: what is there, columns: what was found, the last of both is nothing),
    /// <c>calibration</c> and <c>worst</c>.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="analysis">The analysis.</param>
    public static void Write(Utf8JsonWriter json, InstanceAnalysis analysis)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(analysis);
        json.WriteStartObject();
        json.WriteNumber("ap"u8, analysis.Errors.Ap);
        json.WriteStartObject("errors"u8);
        foreach (ErrorCost cost in analysis.Errors.Costs)
        {
            WriteCost(json, analysis, cost);
        }

        json.WriteEndObject();
        json.WriteNumber("false_positives"u8, analysis.Errors.FalsePositiveCost);
        json.WriteNumber("false_negatives"u8, analysis.Errors.FalseNegativeCost);
        WriteConfusion(json, analysis.Confusion);
        WriteCalibration(json, analysis.Calibration);
        json.WriteObjects("worst"u8, analysis.WorstCases, one => WriteCase(json, one));
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the analysis as an object: <c>costs</c> with not_there, not_found and borders, over all and by class, <c>sizes</c> with pq,
    /// sq and rq over all and pq by class, <c>confusion</c> in pixels, and the <c>worst</c> images.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="analysis">The analysis.</param>
    public static void Write(Utf8JsonWriter json, PanopticAnalysis analysis) => PanopticAnalysisReport.Write(json, analysis);

    /// <summary>
    /// Writes the comparison as an object: <c>samples</c>, <c>confidence</c>, <c>figures</c> and <c>per_class</c>, each a list of name,
    /// value, baseline, difference, interval of the value and of the difference (null if there is none), and whether it is significant.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="comparison">The comparison.</param>
    public static void Write(Utf8JsonWriter json, ResultComparison comparison) => ComparisonReport.Write(json, comparison);

    /// <summary>Writes the page of an analysis.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="analysis">What is wrong.</param>
    /// <param name="options">What else is on it; null for the defaults.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void WritePage(string path, InstanceAnalysis analysis, PageOptions? options = null) =>
        InstancePage.Write(path, analysis, options);

    /// <summary>Writes the page of an analysis.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="analysis">What is wrong.</param>
    /// <param name="options">What else is on it; null for the defaults.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    /// <exception cref="InputException">A PNG of labels has gone.</exception>
    public static void WritePage(string path, PanopticAnalysis analysis, PageOptions? options = null) =>
        PanopticPage.Write(path, analysis, options);

    /// <summary>Says what a kind of error is, in the words of the page.</summary>
    /// <param name="analysis">The analysis; its thresholds are part of the words.</param>
    /// <param name="kind">The kind.</param>
    public static string MeaningOf(InstanceAnalysis analysis, ErrorKind kind)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        return ErrorNames.Meaning(kind, analysis.Ap.Options.IouThresholds[0], analysis.Options.BackgroundIou);
    }

    private static void WriteCost(Utf8JsonWriter json, InstanceAnalysis analysis, ErrorCost cost)
    {
        json.WriteStartObject(ErrorNames.Short(cost.Kind).ToLowerInvariant());
        json.WriteNumber("count"u8, cost.Count);
        json.WriteNumber("cost"u8, cost.ApCost);
        json.WriteStartObject("per_class"u8);
        for (int k = 0; k < cost.ByClass.Count; k++)
        {
            if (cost.ByClass[k].Count > 0)
            {
                json.WriteStartObject(analysis.Ap.Classes[k].CategoryId.ToString());
                json.WriteNumber("count"u8, cost.ByClass[k].Count);
                json.WriteNumber("cost"u8, cost.ByClass[k].ApCost);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void WriteConfusion(Utf8JsonWriter json, ConfusionMatrix matrix)
    {
        json.WriteStartObject("confusion"u8);
        if (matrix.MinScore is { } score)
        {
            json.WriteNumber("score"u8, score);
        }

        json.WriteStrings("classes"u8, matrix.Classes);
        json.WriteStartArray("counts"u8);
        for (int t = 0; t <= matrix.Classes.Count; t++)
        {
            json.WriteStartArray();
            for (int p = 0; p <= matrix.Classes.Count; p++)
            {
                json.WriteNumberValue(matrix[t, p]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCalibration(Utf8JsonWriter json, Calibration calibration)
    {
        json.WriteStartObject("calibration"u8);
        json.WriteNumber("ece"u8, calibration.ExpectedError);
        json.WriteObjects("bins"u8, calibration.Bins, bin =>
        {
            json.WriteNumber("from"u8, bin.From);
            json.WriteNumber("to"u8, bin.To);
            json.WriteNumber("count"u8, bin.Count);
            json.WriteNumber("score"u8, bin.MeanScore);
            json.WriteNumber("precision"u8, bin.Precision);
        });
        json.WriteEndObject();
    }

    private static void WriteCase(Utf8JsonWriter json, ErrorCase one)
    {
        json.WriteString("kind"u8, ErrorNames.Short(one.Kind).ToLowerInvariant());
        CocoWriter.WriteId(json, "image_id"u8, one.Image.Id, one.Image.IdText);
        json.WriteString("file_name"u8, one.Image.FileName);
        if (one.Detection is { } detection)
        {
            json.WriteNumber("detection"u8, detection.Id);
            json.WriteString("found"u8, detection.Class);
            json.WriteNumber("score"u8, detection.Score!.Value);
        }

        if (one.GroundTruth is { } groundTruth)
        {
            json.WriteNumber("annotation"u8, groundTruth.Id);
            json.WriteString("truth"u8, groundTruth.Class);
        }

        json.WriteNumber("iou"u8, one.IoU);
    }
}
