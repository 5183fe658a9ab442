using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Spectre.Console;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary><c>panoptes doctor</c>: what this machine has, how fast it is, and what to do about what is missing.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly Func<IEnumerable<Finding>> _examine;

    /// <param name="console">Where the report goes.</param>
    /// <param name="examine">What to report; null examines this machine.</param>
    public DoctorCommand(ToolConsole console, Func<IEnumerable<Finding>>? examine = null)
        : base(
            console,
            "doctor",
            "Check this machine (native libraries, threads, devices) and say how to fix each problem.",
            "panoptes doctor",
            "panoptes doctor --json")
    {
        _examine = examine ?? ExamineThisMachine;
        AddOptions();
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        foreach (Finding finding in _examine())
        {
            cancellationToken.ThrowIfCancellationRequested();
            findings.Add(finding);
        }

        bool ok = findings.TrueForAll(f => f.Status != FindingStatus.Problem);
        DoctorReport report = new(ok, ToolVersion.Text, findings);
        WriteResult(arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.DoctorReport), () => Write(findings, ok));
        return Task.FromResult(ok ? ExitCode.Done : ExitCode.Failed);
    }

    private static IEnumerable<Finding> ExamineThisMachine() =>
        MachineCheck.Run().Concat(TorchCheck.Run()).Concat(ImagingCheck.Run()).Concat(OnnxCheck.Run());

    private void Write(List<Finding> findings, bool ok)
    {
        int nameWidth = findings.Max(f => f.Name.Length);
        IAnsiConsole output = Console.Result;
        foreach (IGrouping<string, Finding> area in findings.GroupBy(f => f.Area))
        {
            output.WriteLine(area.Key, new Style(decoration: Decoration.Bold));
            foreach (Finding finding in area)
            {
                (string mark, Color color) = finding.Status switch
                {
                    FindingStatus.Good => ("ok  ", Color.Green),
                    FindingStatus.Warning => ("warn", Color.Yellow),
                    _ => ("FAIL", Color.Red),
                };
                output.Write("  ");
                output.Write(mark, new Style(color));
                string place = finding.Path is null ? "" : $"  ({finding.Path})";
                output.WriteLine($"  {finding.Name.PadRight(nameWidth)}  {finding.Value}{place}");
                if (finding.Advice is not null) output.WriteLine($"        {new string(' ', nameWidth)}  -> {finding.Advice}");
            }
        }

        int problems = findings.Count(f => f.Status == FindingStatus.Problem);
        int warnings = findings.Count(f => f.Status == FindingStatus.Warning);
        output.WriteLine();
        output.WriteLine(
            ok ? $"Training can work here; {Count(warnings, "warning")}." : $"Training cannot work here: {Count(problems, "problem")}.");
    }

    private static string Count(int number, string what) => number switch
    {
        0 => $"no {what}s",
        1 => $"1 {what}",
        _ => $"{number} {what}s",
    };
}
