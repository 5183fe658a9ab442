using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Server;

namespace Panoptes.Cli.Commands.Serve;

/// <summary><c>panoptes serve</c>: models as an HTTP service, with a page to try them in the browser.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "A model to serve: a file (*.safetensors, *.onnx) or the name of one that comes with the tool; NAME=MODEL gives it a name of "
            + "its own. The first one answers requests that name none.",
        HelpName = "[NAME=]MODEL",
        Required = true,
    };

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where the service listens; several addresses with ';' between. Other machines reach it at http://0.0.0.0:8080.",
        HelpName = "URLS",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    /// <param name="console">Where messages go.</param>
    public ServeCommand(ToolConsole console)
        : base(
            console,
            "serve",
            "Serve models over HTTP, with a page to try them in the browser.",
            "panoptes serve --model person",
            "panoptes serve --model person --model mine=runs/mine/best.safetensors --urls http://0.0.0.0:8080")
    {
        Options.Add(_models);
        Options.Add(_urls);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        List<(string Name, string Path)> models = [.. arguments.GetRequiredValue(_models).Select(Parse)];
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(arguments.GetRequiredValue(_urls));
        builder.Services.AddPanoptes(options =>
        {
            options.DefaultModel = models[0].Name;
            foreach ((string name, string path) in models)
            {
                options.Models[name] = path;
            }
        });
        WebApplication app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.MapPanoptes();
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            foreach (string url in app.Urls) Console.Say($"Serving {string.Join(", ", models.Select(m => m.Name))} at {url}");
            TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (cancellationToken.Register(stop.SetResult)) await stop.Task.ConfigureAwait(false);
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return ExitCode.Interrupted;
    }

    private static (string Name, string Path) Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        bool isNamed = equals > 0 && !File.Exists(text);
        string model = isNamed ? text[(equals + 1)..] : text;
        string path = Models.PathOf(model);
        return (isNamed ? text[..equals] : Path.GetFileNameWithoutExtension(path), path);
    }
}
