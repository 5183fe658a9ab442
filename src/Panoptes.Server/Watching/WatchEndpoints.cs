using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Watching;

/// <summary>
/// What the page asks for. A run is named by an id and an image by the list's name: no path of a request reaches the file system.
/// </summary>
internal static class WatchEndpoints
{
    private static readonly TimeSpan s_alive = TimeSpan.FromSeconds(15);

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder runs = endpoints.MapGroup("/v1/runs");
        runs.MapGet("", (RunCatalog catalog) => TypedResults.Text(catalog.ListAsJson(), "application/json"));
        runs.MapGet("/events", (RunCatalog catalog, IHostApplicationLifetime lifetime, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(EventsAsync(catalog, lifetime, cancellationToken)));
        runs.MapGet("/{id}", (string id, RunCatalog catalog) => TypedResults.Json(
            catalog.Ask(id, (run, entry) => new RunAnswer(entry, run.Setup.Config, run.Setup.Environment)), WatchJson.Default.RunAnswer));
        runs.MapGet("/{id}/metrics", (string id, RunCatalog catalog, int from = 0, long generation = -1) =>
            TypedResults.Bytes(catalog.Ask(id, (run, _) => Metrics(run.Metrics, from, generation)), "application/json"));
        runs.MapGet("/{id}/samples", (string id, RunCatalog catalog) => TypedResults.Json(
            catalog.Ask(id, (run, _) => new SamplesAnswer([.. run.Samples.Names.Select(n => new SampleEntry(n.Key, n.Value))])),
            WatchJson.Default.SamplesAnswer));
        runs.MapGet("/{id}/samples/{iteration:int}/{name}", (string id, int iteration, string name, RunCatalog catalog) =>
            Sample(catalog, id, iteration, name));
    }

    /// <summary>The list of runs at once and then whenever it changes; a sign of life where it does not.</summary>
    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        RunCatalog catalog, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, lifetime.ApplicationStopping);
        string? sent = null;
        long last = Stopwatch.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            string list = catalog.ListAsJson();
            if (list != sent || Stopwatch.GetElapsedTime(last) > s_alive)
            {
                yield return list != sent ? new SseItem<string>(list, "runs") : new SseItem<string>("", "alive");
                sent = list;
                last = Stopwatch.GetTimestamp();
            }

            // The end of the application, or of the client's interest, is no error.
            await Task.Delay(catalog.Interval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The lines from one on; all of them where they began again since the client asked.</summary>
    private static byte[] Metrics(MetricsTail metrics, int from, long generation)
    {
        int first = generation == metrics.Generation ? Math.Clamp(from, 0, metrics.Lines.Count) : 0;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("generation"u8, metrics.Generation);
            json.WriteNumber("from"u8, first);
            json.WriteStartArray("lines"u8);
            for (int i = first; i < metrics.Lines.Count; i++) json.WriteRawValue(metrics.Lines[i].Json, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static FileStreamHttpResult Sample(RunCatalog catalog, string id, int iteration, string name)
    {
        FileStream? image = catalog.Ask(id, (run, _) => run.Samples.Open(iteration, name));
        return image is null
            ? throw new RequestException(404, $"There is no image '{ClientText.Short(name)}' of iteration {iteration}.")
            : TypedResults.File(image, "image/png");
    }
}
