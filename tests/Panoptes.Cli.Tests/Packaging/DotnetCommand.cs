namespace Panoptes.Cli.Tests.Packaging;

/// <summary>The SDK as a process of its own, which leaves no server behind that would hold the output's pipe open.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs a command and expects success; skips the test, aloud, where packages cannot be fetched.</summary>
    public static async Task RunAsync(string folder, params string[] arguments)
    {
        bool builds = arguments[0] is "build" or "publish" or "pack";
        string[] quiet = builds ? ["-m:1", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", "-v:q"] : [];
        ToolResult result = await ToolRunner.RunProgramAsync("dotnet", [.. arguments, .. quiet], start =>
        {
            start.WorkingDirectory = folder;
            start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
            start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
            start.Environment["DOTNET_NOLOGO"] = "1";
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            // What `dotnet test` tells its own processes.
            foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray())
                start.Environment.Remove(name);
        });
        string said = result.Output + result.Error;
        Assert.SkipWhen(said.Contains("NU1301", StringComparison.Ordinal), $"packages cannot be fetched here: {said}");
        Assert.True(result.Code == 0, $"dotnet {string.Join(' ', arguments)}\n{said}");
    }
}
