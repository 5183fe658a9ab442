using System.Globalization;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Reports;

namespace Panoptes.Cli.Output;

/// <summary>What errors cost, as text for people.</summary>
internal static class ErrorText
{
    /// <summary>Writes a line for each kind of error, in the words of the page.</summary>
    public static void Write(TextWriter output, InstanceAnalysis analysis)
    {
        ErrorBreakdown errors = analysis.Errors;
        output.WriteLine();
        output.WriteLine("error           AP50 lost   cases");
        foreach (ErrorCost cost in errors.Costs)
        {
            string meaning = AnalysisReport.MeaningOf(analysis, cost.Kind);
            output.WriteLine($"{cost.Kind,-15} {Figure(cost.ApCost),9}  {cost.Count,6}  {meaning}");
        }

        output.WriteLine($"{"false alarms",-15} {Figure(errors.FalsePositiveCost),9}          all of them together");
        output.WriteLine($"{"not found",-15} {Figure(errors.FalseNegativeCost),9}          all of them together");
    }

    private static string Figure(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
