using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panoptes.Server.Tests.Samples;

/// <summary>A sample of the repository as a process, as its user runs it.</summary>
internal sealed class SampleProcess : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private SampleProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        void Add(string? line)
        {
            if (line is not null) _lines.Enqueue(line);
        }
    }

    /// <summary>What it has printed, on stdout and stderr.</summary>
    public string Text => string.Join('\n', _lines);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts a sample in a folder.</summary>
    public static SampleProcess Start(string sample, string folder, params string[] arguments)
    {
        string program = Repository.Require($"samples/{sample}/bin/Release/net10.0/{sample}.dll");
        ProcessStartInfo start = new("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new SampleProcess(Process.Start(start)!);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(Stop);
        return _process.ExitCode;
    }

    /// <summary>Waits until it listens.</summary>
    public async Task<HttpClient> ConnectAsync()
    {
        Match listening = Match.Empty;
        await UntilAsync(() => (listening = Regex.Match(Text, @"Now listening on: (http://\S+)")).Success, "listens");
        return new HttpClient { BaseAddress = new Uri(listening.Groups[1].Value) };
    }

    /// <summary>Waits until something is so; fails where the program ends first.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        while (!condition())
        {
            Assert.False(_process.HasExited, $"the sample ended before it {what}:\n{Text}");
            await Task.Delay(50, Stop);
        }
    }

    /// <summary>Asks it to end (SIGTERM), and waits for that.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])!;
        await kill.WaitForExitAsync(Stop);
        return await WaitAsync();
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
