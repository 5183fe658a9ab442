using Panoptes.Cli.Parsing;
using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>What a check found, as text for people.</summary>
internal static class CheckText
{
    /// <summary>Writes every finding with examples and what it means, and what was repaired.</summary>
    public static void Write(TextWriter output, DatasetCheckResult result)
    {
        output.WriteLine(Counts(result));
        foreach (DatasetFinding finding in result.Findings)
        {
            string more = finding.Count > finding.Examples.Count ? "; ..." : "";
            output.WriteLine();
            output.WriteLine($"{Name(finding.Problem.Severity),-7}  {finding.Problem.Title}: {finding.Count}");
            output.WriteLine($"         {string.Join("; ", finding.Examples)}{more}");
            output.WriteLine($"         {finding.Problem.Effect}");
            output.WriteLine($"         Fix: {OptionNames.Translate(finding.Problem.Remedy)}");
        }

        output.WriteLine();
        output.WriteLine(Summary(result));
        if (result.Repair is { } repair) Write(output, repair, result);
    }

    /// <summary>The severity's name, as JSON has it too.</summary>
    public static string Name(ProblemSeverity severity) => severity switch
    {
        ProblemSeverity.Error => "error",
        ProblemSeverity.Warning => "warning",
        _ => "info",
    };

    private static string Counts(DatasetCheckResult result) => result.Kind == DatasetKind.Panoptic
        ? $"{result.Images} images, {result.Annotations} panoptic annotations with {result.Instances} segments, {result.Classes} classes"
        : $"{result.Images} images, {result.Instances} objects, {result.Classes} classes";

    private static void Write(TextWriter output, DatasetRepair repair, DatasetCheckResult before)
    {
        output.WriteLine();
        output.WriteLine(repair.Changes.Count == 0 ? $"{repair.Path}: a copy; nothing was repaired." : $"{repair.Path}:");
        foreach (RepairChange change in repair.Changes) output.WriteLine($"  {change.Count,7} {change.What}");
        output.WriteLine($"Before: {Counts(before)}");
        output.WriteLine($"After:  {Counts(repair.Check)}");
        output.WriteLine($"Checked again: {Summary(repair.Check)}");
        foreach (DatasetFinding finding in repair.Check.Findings.Where(f => f.Problem.Severity == ProblemSeverity.Error))
        {
            output.WriteLine($"  not repaired: {finding.Problem.Title}: {finding.Count} ({OptionNames.Translate(finding.Problem.Remedy)})");
        }
    }

    private static string Summary(DatasetCheckResult result) => (result.Errors, result.Warnings) switch
    {
        (0, 0) => "No errors, no warnings.",
        (0, _) => $"No errors, {Count(result.Warnings, "warning")}.",
        _ => $"{Count(result.Errors, "error")}, {Count(result.Warnings, "warning")}.",
    };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
