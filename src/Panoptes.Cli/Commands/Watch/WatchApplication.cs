using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Server;

namespace Panoptes.Cli.Commands.Watch;

/// <summary>The application behind <c>panoptes watch</c> and <c>train --watch</c>.</summary>
internal static class WatchApplication
{
    /// <summary>Where it listens if nothing else is said: only this machine reaches it.</summary>
    public const string UsualUrls = "http://127.0.0.1:8081";

    /// <summary>Builds it.</summary>
    /// <param name="urls">Where it listens; null leaves it to the configuration.</param>
    /// <param name="runs">Folders of runs, and folders whose subfolders are runs.</param>
    /// <param name="isQuiet">Whether it says nothing on stderr, where a progress bar is.</param>
    public static WebApplication Build(string? urls, IReadOnlyList<string> runs, bool isQuiet = false)
    {
        WebApplicationBuilder builder = ToolApplication.CreateBuilder(urls, UsualUrls);
        if (isQuiet) builder.Logging.ClearProviders();
        builder.Services.AddPanoptesWatch(options =>
        {
            foreach (string run in runs) options.Runs.Add(run);
        });
        WebApplication app = builder.Build();
        app.UsePanoptes();
        app.MapPanoptesWatch();
        return app;
    }
}
