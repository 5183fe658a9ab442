using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Panoptes.Cli.Commands.Serve;

/// <summary>What the tool's web applications have in common: logs on stderr, an end with Ctrl-C.</summary>
internal static class ToolApplication
{
    /// <summary>Begins one.</summary>
    /// <param name="urls">Where it listens; null leaves it to the configuration.</param>
    /// <param name="usualUrls">Where it listens if nothing else says so.</param>
    /// <param name="settings">Settings of the command line.</param>
    public static WebApplicationBuilder CreateBuilder(
        string? urls, string usualUrls, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        // What a file, the environment or the command line replaces.
        Dictionary<string, string?> usual = new()
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft"] = "Warning",
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None", // the tool says itself why it does not start
            ["Logging:Console:FormatterName"] = "simple",
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
            ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss ",
            ["urls"] = usualUrls,
        };
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = usual });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        if (urls is not null) builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton<IHostLifetime, ToolLifetime>();
        // Stdout is for results.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }

    /// <summary>Throws if an address is none.</summary>
    /// <param name="urls">Addresses, separated by semicolons.</param>
    /// <exception cref="InputException">Says what is wrong with it.</exception>
    public static void RequireUrls(string urls)
    {
        try
        {
            const StringSplitOptions tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            foreach (string url in urls.Split(';', tidy)) BindingAddress.Parse(url);
        }
        catch (Exception e) when (e is FormatException or UriFormatException)
        {
            throw InputException.ForSetting("--urls", e.Message, inner: e);
        }
    }

    /// <summary>Starts one.</summary>
    /// <exception cref="InputException">Its address is none.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        RequireUrls(app.Configuration["urls"] ?? ""); // the host would log the stack of what is wrong with an address
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or UriFormatException)
        {
            throw InputException.ForSetting("--urls", e.Message, inner: e);
        }
    }

    /// <summary>
    /// Starts one, and waits for Ctrl-C, or until the application stops by itself, as it does if a part of it fails; then for what was
    /// accepted.
    /// </summary>
    /// <param name="app">The application; it is disposed.</param>
    /// <param name="announce">Says where it is, once it is started.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    public static async Task RunAsync(WebApplication app, Action announce, CancellationToken cancellationToken)
    {
        await using ConfiguredAsyncDisposable disposal = app.ConfigureAwait(false);
        await StartAsync(app, cancellationToken).ConfigureAwait(false);
        announce();
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => stop.TrySetResult()))
        using (app.Lifetime.ApplicationStopping.Register(() => stop.TrySetResult()))
        {
            await stop.Task.ConfigureAwait(false);
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
