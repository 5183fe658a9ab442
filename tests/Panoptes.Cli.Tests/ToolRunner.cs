using System.Diagnostics;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

/// <summary>Runs command lines inside this process, or as a process of their own.</summary>
internal static class ToolRunner
{
    /// <summary>Runs the tool in this process, with writers instead of a terminal.</summary>
    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using ToolConsole console = new(output, error);
        int code = await PanoptesTool.RunAsync(arguments, console, TestContext.Current.CancellationToken);
        return new ToolResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts the built tool, as a user would.</summary>
    public static async Task<ToolResult> RunProcessAsync(string[] arguments, Action<ProcessStartInfo>? adjust = null)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");
        return await RunProgramAsync("dotnet", [tool, .. arguments], adjust);
    }

    /// <summary>Starts any program and waits for its end.</summary>
    public static async Task<ToolResult> RunProgramAsync(string program, string[] arguments, Action<ProcessStartInfo>? adjust = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        adjust?.Invoke(start);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ToolResult(process.ExitCode, await output, await error);
    }
}
