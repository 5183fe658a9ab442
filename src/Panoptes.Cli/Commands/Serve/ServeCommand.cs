using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Serve;

/// <summary><c>panoptes serve</c>: models as an HTTP service, with a page to try them in the browser.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "A model to serve: a file (*.safetensors, *.onnx) or the name of one that comes with the tool (see 'panoptes model "
            + "list'); NAME=MODEL gives it a name of its own. The first one answers requests that name none. May be given several times.",
        HelpName = "[NAME=]MODEL",
    };

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = "Where the service listens; several addresses with ';' between them. [default: http://127.0.0.1:8080, which only "
            + "this machine reaches; http://0.0.0.0:8080 lets others in]",
        HelpName = "URLS",
    };

    private readonly Option<string> _device = CommonOptions.ModelDevice();

    private readonly Argument<string[]> _settings = new("KEY=VALUE")
    {
        Description = "Options of the service, for example QueueLength=128, and any other key of ASP.NET Core's configuration. They win "
            + "over the environment (Panoptes__QueueLength=128) and over appsettings.json in the current folder.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <param name="console">Where the addresses go.</param>
    public ServeCommand(ToolConsole console)
        : base(
            console,
            "serve",
            "Serve models over HTTP, with a page to try them in the browser.",
            "panoptes serve --model person",
            "panoptes serve --model person --model mine=runs/mine/best.safetensors --urls http://0.0.0.0:8080 QueueLength=128")
    {
        Arguments.Add(_settings);
        AddOptions(_models, _urls, _device);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        List<(string Name, string Path)> models = [.. (arguments.GetValue(_models) ?? []).Select(Parse)];
        if (models.GroupBy(m => m.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw InputException.ForSetting("--model", $"two models are called '{twice.Key}'; give one another name, as NAME=MODEL");
        WebApplication app = ServeApplication.Build(
            arguments.GetValue(_urls),
            [.. ServeSettings.Parse(arguments.GetValue(_settings) ?? [])],
            models,
            arguments.GetRequiredValue(_device),
            Console.Warn);
        await ToolApplication.RunAsync(app, Announce, cancellationToken).ConfigureAwait(false);
        return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;

        void Announce()
        {
            ServeReport report = new([.. app.Urls], ServeApplication.NamesOf(app));
            WriteResult(
                arguments,
                json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ServeReport),
                () => Console.Output.WriteLine($"Serving {string.Join(", ", report.Models)} at {string.Join(", ", report.Urls)}"));
            Console.Flush();
        }
    }

    private static (string Name, string Path) Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        bool isNamed = equals > 0 && !File.Exists(text);
        string path = Models.PathOf(isNamed ? text[(equals + 1)..] : text);
        return (isNamed ? text[..equals] : Path.GetFileNameWithoutExtension(path), path);
    }
}
