using System.Diagnostics;
using System.Text.Json;

namespace Panoptes.Cli.Tests.Deploy;

/// <summary>
/// The service as a file of deploy/ starts it: with its arguments and variables, but on a port of its own and with a model that is here.
/// </summary>
internal sealed class DeployedService : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly Task<string> _log;

    private DeployedService(string[] arguments, IEnumerable<KeyValuePair<string, string>> variables, string? settings)
    {
        if (settings is not null) _folder.Write("appsettings.json", Local(settings));
        Assert.Equal("serve", arguments[0]);
        ProcessStartInfo start = new("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll"), .. arguments.Select(Local), "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _log = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A client of it.</summary>
    public HttpClient Client { get; } = new();

    /// <summary>Starts it, and waits until it listens.</summary>
    public static async Task<DeployedService> StartAsync(
        string[] arguments, IEnumerable<KeyValuePair<string, string>> variables, string? settings = null)
    {
        DeployedService service = new(arguments, variables, settings);
        string? line = await service._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null) Assert.Fail($"{string.Join(' ', arguments)}\n{await service._log}");
        service.Client.BaseAddress = new Uri(JsonDocument.Parse(line).RootElement.GetProperty("urls")[0].GetString()!);
        return service;
    }

    /// <summary>Sends SIGTERM and waits.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        Client.Dispose();
        _folder.Dispose();
    }

    // What a machine of its own has, and this one lacks.
    private static string Local(string text) => text
        .Replace("/models/person.onnx", "nuclei", StringComparison.Ordinal)
        .Replace("/srv/panoptes/person.onnx", "nuclei", StringComparison.Ordinal)
        .Replace("http://0.0.0.0:8080", "http://127.0.0.1:0", StringComparison.Ordinal)
        .Replace("http://127.0.0.1:8080", "http://127.0.0.1:0", StringComparison.Ordinal);
}
