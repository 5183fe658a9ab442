namespace Panoptes.Cli.Tests.Packaging;

/// <summary>Packages and publications, built outside the repository's own output folders; each once.</summary>
public sealed class PackagingFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder with the packages.</summary>
    public string Packages => _folder.Full("packages");

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    /// <summary>A path for a test's own use.</summary>
    internal string Full(string name) => _folder.Full(name);

    /// <summary>Publishes the tool for a system, as a user would, and returns the folder.</summary>
    internal async Task<string> PublishAsync(TargetSystem system)
    {
        string output = Full(system.Id);
        if (!Directory.Exists(output))
        {
            // Without machine code: that needs .NET's own packages for each system, 30 MB each, and `dotnet pack` shows it at night.
            await BuildAsync("publish", "Panoptes.Cli", "-r", system.Id, "--no-self-contained", "-o", output, "-p:PublishReadyToRun=false");
        }

        return output;
    }

    /// <summary>Packs a project.</summary>
    internal Task PackAsync(string project, params string[] options) => BuildAsync("pack", project, ["-o", Packages, .. options]);

    private Task BuildAsync(string command, string project, params string[] options)
    {
        string file = Path.Combine(Repository.Require("src"), project, $"{project}.csproj");
        return DotnetCommand.RunAsync(Path.GetDirectoryName(file)!, [command, file, "--artifacts-path", Full("artifacts"), .. options]);
    }
}
