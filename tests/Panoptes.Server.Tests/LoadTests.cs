using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Panoptes.Server.Tests;

/// <summary>More clients than the service can serve, slow ones, and ones that hang up.</summary>
public class LoadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_is_429_with_a_time_to_come_back()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await StartAsync(network, o => (o.Concurrency, o.QueueLength) = (1, 2));
        List<Task<HttpResponseMessage>> accepted = [.. Enumerable.Range(0, 3).Select(_ => service.PostAsync(TinyModels.Photo()))];
        await Wait.UntilAsync(() => network.Started == 1, "one works");
        await UntilWaitingAsync(service, 2);

        HttpResponseMessage refused = await service.PostAsync(TinyModels.Photo());
        await refused.ShouldBeAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        network.Gate.Release(3);
        Assert.All(await Task.WhenAll(accepted), r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        network.Gate.Release();
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
    }

    [Fact]
    public async Task Work_that_takes_too_long_is_504_and_frees_its_place()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await StartAsync(network, o => (o.Concurrency, o.Timeout) = (1, TimeSpan.FromSeconds(1)));
        JsonElement problem = await (await service.PostAsync(TinyModels.Photo())).ShouldBeAsync(HttpStatusCode.GatewayTimeout);

        Assert.Equal("The request took longer than 1 seconds.", problem.Detail());
        network.Gate.Release();
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
    }

    [Fact]
    public async Task Clients_that_hang_up_free_their_places()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await StartAsync(network, o => (o.Concurrency, o.QueueLength) = (1, 3));
        List<TcpClient> gone = [];
        for (int i = 0; i < 4; i++)
        {
            gone.Add(await RawRequest.SendAsync(service, TinyModels.Photo()));
            if (i == 0) await Wait.UntilAsync(() => network.Started == 1, "the first one works");
        }

        await UntilWaitingAsync(service, 3);
        gone.ForEach(client => client.Dispose());
        await UntilWaitingAsync(service, 0);

        network.Gate.Release();
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
        Assert.Equal(2, network.Started); // those that waited never came to the network
    }

    [Fact]
    public async Task Slow_clients_and_broken_uploads_take_no_place()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await StartAsync(network, o => (o.Concurrency, o.QueueLength) = (1, 0));
        List<TcpClient> slow = [];
        for (int i = 0; i < 16; i++) slow.Add(await RawRequest.SendAsync(service, TinyModels.Photo(), share: 0.5));

        network.Gate.Release(2);
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
        slow.ForEach(client => client.Dispose());
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
        Assert.DoesNotContain(service.Log.Lines, l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Stopping_finishes_what_was_accepted_and_refuses_the_rest()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await StartAsync(network, o => o.Concurrency = 2);
        List<Task<HttpResponseMessage>> accepted = [.. Enumerable.Range(0, 8).Select(_ => service.PostAsync(TinyModels.Photo()))];
        await Wait.UntilAsync(() => network.Started == 2, "two work");
        await UntilWaitingAsync(service, 6);

        Task stopping = service.App.StopAsync(Stop);
        await Wait.UntilAsync(
            () => service.Client.GetAsync("/readyz", Stop).GetAwaiter().GetResult().StatusCode == HttpStatusCode.ServiceUnavailable, "not ready any more");
        HttpResponseMessage refused = await service.PostAsync(TinyModels.Photo());
        await refused.ShouldBeAsync(HttpStatusCode.ServiceUnavailable);
        Assert.True(refused.Headers.ConnectionClose);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.False(stopping.IsCompleted);

        network.Gate.Release(8);
        Assert.All(await Task.WhenAll(accepted), r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        await stopping;
    }

    [Fact]
    public async Task Under_load_no_accepted_request_is_lost_when_the_service_stops()
    {
        await using TestService service = await TestService.StartAsync();
        byte[] photo = TinyModels.Photo();
        List<string> lost = [];
        int done = 0, refused = 0;
        bool isStopping = false;
        Task[] clients =
        [
            .. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = service.Client.BaseAddress };
                while (true)
                {
                    try
                    {
                        using ByteArrayContent body = new(photo);
                        using HttpResponseMessage response = await client.PostAsync("/v1/segment", body, Stop);
                        if (response.StatusCode == HttpStatusCode.OK)
                        {
                            Interlocked.Increment(ref done);
                            continue;
                        }

                        if (response.StatusCode == HttpStatusCode.ServiceUnavailable && isStopping) Interlocked.Increment(ref refused);
                        else lock (lost) lost.Add(response.StatusCode.ToString());
                        return;
                    }
                    catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && isStopping)
                    {
                        return; // nobody listens any more: it was not accepted
                    }
                    catch (HttpRequestException e)
                    {
                        lock (lost) lost.Add(e.ToString());
                        return;
                    }
                }
            })),
        ];
        await Wait.UntilAsync(() => Volatile.Read(ref done) > 50, "the service is busy");
        isStopping = true;
        await service.App.StopAsync(Stop);
        await Task.WhenAll(clients);

        Assert.Empty(lost);
        Assert.True(refused > 0, "clients met the stopping service");
    }

    [Fact]
    public async Task Many_clients_get_what_one_gets()
    {
        await using TestService service = await TestService.StartAsync(o => o.Concurrency = 4);
        byte[][] photos = [.. Enumerable.Range(0, 6).Select(i => TinyModels.Photo(96 + (8 * i), 64, i))];
        string[] alone = new string[photos.Length];
        for (int i = 0; i < photos.Length; i++) alone[i] = await ObjectsAsync(photos[i]);

        await Task.WhenAll(Enumerable.Range(0, 48).Select(async i => Assert.Equal(alone[i % photos.Length], await ObjectsAsync(photos[i % photos.Length]))));

        async Task<string> ObjectsAsync(byte[] photo) =>
            (await service.SegmentAsync(photo, "?masks=rle")).GetProperty("images")[0].GetProperty("objects").GetRawText();
    }

    private static Task<TestService> StartAsync(GatedNetwork network, Action<PanoptesServerOptions> configure) => TestService.StartAsync(options =>
    {
        options.OpenModel = _ => network;
        configure(options);
    });

    private static Task UntilWaitingAsync(TestService service, int requests) => Wait.UntilAsync(
        () => service.Client.GetStringAsync("/metrics", Stop).GetAwaiter().GetResult().Split('\n').Any(
            line => line.StartsWith("panoptes_server_waiting{", StringComparison.Ordinal) && line.Split(' ')[1] == $"{requests}"),
        $"{requests} requests wait");
}
