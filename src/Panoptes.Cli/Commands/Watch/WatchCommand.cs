using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Watch;

/// <summary><c>panoptes watch</c>: a page that shows trainings while they run.</summary>
internal sealed class WatchCommand : ToolCommand
{
    private readonly Argument<string[]> _runs = new("RUN")
    {
        Description = "Folders of runs, or a folder of such folders (runs). Runs that begin later appear by themselves; nothing is "
            + "written.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = $"Where the page is; several addresses with ';' between them. [default: {WatchApplication.UsualUrls}, which only this "
            + "machine reaches; http://0.0.0.0:8081 lets others in, without a key]",
        HelpName = "URLS",
    };

    /// <param name="console">Where the addresses go.</param>
    public WatchCommand(ToolConsole console)
        : base(
            console,
            "watch",
            "Watch trainings in the browser while they run, and compare them: losses, AP or PQ, speed, samples.",
            "panoptes watch runs",
            "panoptes watch runs/first runs/second --urls http://127.0.0.1:9000")
    {
        Arguments.Add(_runs);
        AddOptions(_urls);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] runs = [.. arguments.GetRequiredValue(_runs).Select(Path.GetFullPath)];
        foreach (string run in runs)
        {
            if (File.Exists(run)) throw InputException.ForSetting("RUN", $"'{run}' is a file; name a run's folder, or a folder of runs");
            if (!Directory.Exists(run)) Console.Warn($"there is no folder '{run}' yet; its runs appear with it");
        }

        WebApplication app = WatchApplication.Build(arguments.GetValue(_urls), runs);
        await ToolApplication.RunAsync(app, Announce, cancellationToken).ConfigureAwait(false);
        return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;

        void Announce()
        {
            WatchReport report = new([.. app.Urls], runs);
            WriteResult(
                arguments,
                json => JsonSerializer.Serialize(json, report, JsonOutput.Default.WatchReport),
                () => Console.Output.WriteLine($"Watching {string.Join(", ", report.Runs)} at {string.Join(", ", report.Urls)}"));
            Console.Flush();
        }
    }
}
