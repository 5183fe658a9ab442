using System.Diagnostics;
using System.Text.Json;

namespace Panoptes.Cli.Tests.Training;

/// <summary>Training as a process of its own: interrupted by a signal, and on a disk that fills up.</summary>
[Collection(nameof(TrainingCollection))]
public class TrainProcessTests(TinyProject project)
{
    private static string Tool => Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");

    private static int[] Iterations(string run) =>
        [.. File.ReadLines(Path.Combine(run, "metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("loss_total", out _))
            .Select(line => line.GetProperty("iteration").GetInt32())];

    [Fact]
    public async Task Ctrl_C_saves_and_the_resumed_run_ends_where_an_uninterrupted_one_does()
    {
        string run = project.NewPath("run");
        int made = await InterruptAsync(run, "INT");

        string length = $"schedule.iterations={made + 2}";
        ToolResult resumed = await ToolRunner.RunProcessAsync(["train", "--resume", "--output", run, length, "--json"]);
        Assert.Equal(0, resumed.Code);
        Assert.Equal(made + 2, resumed.Json().GetProperty("iterations").GetInt32());
        Assert.Equal(Enumerable.Range(1, made + 2), Iterations(run));

        string whole = project.NewPath("run");
        Assert.Equal(0, (await ToolRunner.RunProcessAsync(["train", project.Config, length, "--output", whole])).Code);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(whole, "last.safetensors"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(run, "last.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_request_to_end_does_not_cut_the_saving_short()
    {
        // `timeout` sends SIGTERM to the process and to its group, so that it comes twice.
        string run = project.NewPath("run");
        int made = await InterruptAsync(run, "TERM", "TERM");
        Assert.True(File.Exists(Path.Combine(run, "checkpoint", "state.safetensors")), $"nothing saved after iteration {made}");
    }

    [Fact]
    public async Task A_full_disk_is_one_line_and_what_was_saved_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a namespace of Linux to mount a small disk");
        // A disk of its own, in a namespace of its own, filled up between two trainings but for what lines of metrics need.
        string script = $"""
            mount -t tmpfs -o size=8m none "$1" || exit 99
            train() {"{"} dotnet '{Tool}' train "$@" --output "$run" > /dev/null; {"}"}
            run="$1/run"
            train '{project.Config}' 2> /dev/null || exit 98
            cp "$run/last.safetensors" "$run/checkpoint/state.safetensors" "$2"
            cat /dev/zero > "$1/fill" 2> /dev/null
            truncate -s -100K "$1/fill"
            train --resume schedule.iterations=5
            code=$?
            cmp "$run/last.safetensors" "$2/last.safetensors" >&2 || exit 97
            cmp "$run/checkpoint/state.safetensors" "$2/state.safetensors" >&2 || exit 96
            ls "$run" "$run/checkpoint" | grep 'tmp$' && exit 95
            exit $code
            """;
        string disk = Directory.CreateDirectory(project.NewPath("disk")).FullName;
        string copies = Directory.CreateDirectory(project.NewPath("copies")).FullName;
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "needs unshare to mount a small disk");

        ToolResult result = await ToolRunner.RunProgramAsync(
            "unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", disk, copies]);

        bool cannotMount = result.Code == 99 || result.Error.StartsWith("unshare:", StringComparison.Ordinal);
        Assert.SkipWhen(cannotMount, $"no mounting here: {result.Error}");
        Assert.Equal(1, result.Code);
        string[] errors = [.. result.Error.Split('\n').Where(line => line.StartsWith("error:", StringComparison.Ordinal))];
        Assert.Contains("last.safetensors: ", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Matches("disk was full|No space left on device", errors[0]);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Starts a long run, sends it signals after its second iteration, and returns the iterations that it made.</summary>
    private async Task<int> InterruptAsync(string run, params string[] signals)
    {
        Posix.Require();
        // Shells start background jobs with SIGINT ignored, and children inherit it: env gives it its meaning back.
        ProcessStartInfo start = new(
            "env", ["--default-signal=INT", "dotnet", Tool, "train", project.Config, "schedule.iterations=100000", "--output", run])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string metrics = Path.Combine(run, "metrics.jsonl");
        while (!process.HasExited && !(File.Exists(metrics) && File.ReadAllText(metrics).Count(c => c == '\n') >= 2))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        foreach (string signal in signals)
        {
            await ToolRunner.RunProgramAsync("kill", [$"-{signal}", $"{process.Id}"]);
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.Equal((130, ""), (process.ExitCode, await output));
        int made = Iterations(run)[^1];
        Assert.Contains($"Interrupted after iteration {made}", await error, StringComparison.Ordinal);
        Assert.Contains($"train --resume --output {run}", await error, StringComparison.Ordinal);
        return made;
    }
}
