using System.Globalization;
using Panoptes.Evaluation.Analysis;

namespace Panoptes.Cli.Output;

/// <summary>What errors cost, as text for people.</summary>
internal static class ErrorText
{
    private static readonly Dictionary<ErrorKind, string> s_meanings = new()
    {
        [ErrorKind.Classification] = "wrong class",
        [ErrorKind.Localization] = "right class, but IoU too low",
        [ErrorKind.Both] = "wrong class, and IoU too low",
        [ErrorKind.Duplicate] = "found twice",
        [ErrorKind.Background] = "nothing there",
        [ErrorKind.Missed] = "objects that nothing found",
    };

    /// <summary>Writes a line for each kind of error.</summary>
    public static void Write(TextWriter output, ErrorBreakdown errors)
    {
        output.WriteLine();
        output.WriteLine("error           AP50 lost   cases");
        foreach (ErrorCost cost in errors.Costs)
        {
            output.WriteLine($"{cost.Kind,-15} {Figure(cost.ApCost),9}  {cost.Count,6}  {s_meanings[cost.Kind]}");
        }

        output.WriteLine($"{"false alarms",-15} {Figure(errors.FalsePositiveCost),9}          all of them together");
        output.WriteLine($"{"not found",-15} {Figure(errors.FalseNegativeCost),9}          all of them together");
    }

    private static string Figure(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
