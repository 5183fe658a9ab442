using Microsoft.AspNetCore.Builder;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Cli.Output;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Watch;

/// <summary>The page of <c>train --watch</c>, which ends with the training.</summary>
internal sealed class TrainingWatch : IAsyncDisposable
{
    private readonly WebApplication? _app; // null where nobody watches

    private TrainingWatch(WebApplication? app) => _app = app;

    /// <summary>Starts it and says where it is. An address that cannot be had is told; the training goes on without.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="urls">Where it listens; null starts nothing.</param>
    /// <param name="console">Where the address goes.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="InputException">An address is none.</exception>
    public static async Task<TrainingWatch> StartAsync(string run, string? urls, ToolConsole console, CancellationToken cancellationToken)
    {
        if (urls is null) return new TrainingWatch(null);
        WebApplication app = WatchApplication.Build(urls, [run], isQuiet: true);
        try
        {
            await ToolApplication.StartAsync(app, cancellationToken).ConfigureAwait(false);
            console.Say($"watch this training at {string.Join(", ", app.Urls)}");
            return new TrainingWatch(app);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            console.Warn($"this training cannot be watched: {e.Message} It goes on; to watch it: "
                + $"{ToolName.Text} watch {ShellWord.Quote(run)} --urls http://127.0.0.1:PORT");
            return new TrainingWatch(null);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_app is null) return;
        await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
