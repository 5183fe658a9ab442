using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Inference;
using Panoptes.Server.Models;

namespace Panoptes.Server.Tests;

/// <summary>Several models: loaded when they are asked for, unloaded for others, replaced while they serve.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-models-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Models_are_listed_with_what_a_client_needs_to_know()
    {
        await using TestService service = await TestService.StartAsync(o => o.Models["scene"] = TinyModels.Panoptic);
        JsonElement[] models = [.. (await service.GetAsync("/v1/models")).GetProperty("models").EnumerateArray()];

        Assert.Equal(["scene", "tiny"], models.Select(m => m.GetProperty("name").GetString()));
        Assert.Equal([false, true], models.Select(m => m.GetProperty("default").GetBoolean()));
        Assert.Equal([false, true], models.Select(m => m.GetProperty("loaded").GetBoolean()));
        Assert.Equal(["panoptic", "instances"], models.Select(m => m.GetProperty("kind").GetString()));
        Assert.Equal(["cat", "dog", "sky", "grass"], models[0].GetProperty("classes").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal([2, 2], models.Select(m => m.GetProperty("things").GetInt32()));
        Assert.Equal(["onnx", "onnx"], models.Select(m => m.GetProperty("engine").GetString()));
        Assert.Equal(new FileInfo(TinyModels.Instances).Length, models[1].GetProperty("source_bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, models[1].GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task A_card_is_the_models()
    {
        await using TestService service = await TestService.StartAsync();

        Assert.Equal(ModelCard.Load(TinyModels.Instances).ToJson(), await service.Client.GetStringAsync("/v1/models/tiny/card", Stop));
    }

    [Fact]
    public async Task A_model_is_loaded_when_it_is_asked_for_and_the_least_recently_used_one_makes_room()
    {
        long bytes = new FileInfo(TinyModels.Instances).Length;
        List<GatedNetwork> opened = [];
        await using TestService service = await TestService.StartAsync(o =>
        {
            foreach (string name in (string[])["a", "b", "c"]) o.Models[name] = Copy(name + ".onnx");
            o.Models.Remove("tiny");
            (o.DefaultModel, o.MaxModelBytes) = ("a", (2 * bytes) + 1);
            o.OpenModel = path =>
            {
                GatedNetwork network = new(path);
                network.Gate.Release(100);
                opened.Add(network);
                return network;
            };
        });

        Assert.Equal("a", await LoadedAsync());
        await service.SegmentAsync(TinyModels.Photo(), "?model=b");
        Assert.Equal("a b", await LoadedAsync());
        await Task.Delay(40, Stop);
        await service.SegmentAsync(TinyModels.Photo(), "?model=a");
        await service.SegmentAsync(TinyModels.Photo(), "?model=c");
        Assert.Equal("a c", await LoadedAsync());
        Assert.Equal([false, true, false], opened.Select(n => n.IsDisposed));
        await service.SegmentAsync(TinyModels.Photo(), "?model=b");
        Assert.Equal(4, opened.Count);

        async Task<string> LoadedAsync() => string.Join(' ', (await service.GetAsync("/v1/models")).GetProperty("models").EnumerateArray()
            .Where(m => m.GetProperty("loaded").GetBoolean()).Select(m => m.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_model_in_use_is_not_unloaded()
    {
        List<GatedNetwork> opened = [];
        await using TestService service = await TestService.StartAsync(o =>
        {
            foreach (string name in (string[])["a", "b"]) o.Models[name] = Copy(name + ".onnx");
            o.Models.Remove("tiny");
            (o.DefaultModel, o.MaxModelBytes) = ("a", 1);
            o.OpenModel = path =>
            {
                opened.Add(new GatedNetwork(path));
                return opened[^1];
            };
        });
        Task<HttpResponseMessage> first = service.PostAsync(TinyModels.Photo(), "?model=a");
        await Wait.UntilAsync(() => opened[0].Started == 1, "a works");
        Task<HttpResponseMessage> second = service.PostAsync(TinyModels.Photo(), "?model=b");
        await Wait.UntilAsync(() => opened.Count == 2 && opened[1].Started == 1, "b works");

        Assert.False(opened[0].IsDisposed);
        opened.ForEach(n => n.Gate.Release());
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
    }

    [Fact]
    public async Task A_loaded_model_is_in_use_before_another_one_may_take_its_room()
    {
        PanoptesServerOptions options = new() { DefaultModel = "a", MaxModelBytes = 1, OpenModel = path => new GatedNetwork(path) };
        foreach (string name in (string[])["a", "b", "c"]) options.Models[name] = Copy(name + ".onnx");
        CancellationToken stop = Stop;
        ModelHost? models = null;
        ModelLease? other = null;
        using ModelHost host = new(Options.Create(options), new Hook(text =>
        {
            if (!text.StartsWith("Loaded the model b ", StringComparison.Ordinal)) return;
            ModelHost running = models!;
            other = running.RentAsync(running.Find("c"), stop).GetAwaiter().GetResult();
        }));
        models = host;
        await host.StartAsync(stop);
        using ModelLease lease = await host.RentAsync(host.Find("b"), stop);

        Assert.NotNull(other);
        Assert.Same(host.Find("b").Loaded, lease.Model);
        Assert.Same(host.Find("c").Loaded, other.Model);
        other.Dispose();
    }

    [Fact]
    public async Task Models_that_are_being_loaded_count()
    {
        await using TestService service = await StartTwinsAsync(fit: 2);
        ModelHost models = service.App.Services.GetRequiredService<ModelHost>();
        ModelLease[] leases = await Task.WhenAll(models.RentAsync(models.Find("b"), Stop), models.RentAsync(models.Find("c"), Stop));

        Assert.Equal(["b", "c"], Loaded(models));
        foreach (ModelLease lease in leases) lease.Dispose();
        Assert.Equal(["b", "c"], Loaded(models));
    }

    [Fact]
    public async Task Models_that_together_exceed_the_limit_keep_to_it_once_one_is_idle()
    {
        await using TestService service = await StartTwinsAsync(fit: 1);
        ModelHost models = service.App.Services.GetRequiredService<ModelHost>();
        ModelLease[] leases = await Task.WhenAll(models.RentAsync(models.Find("b"), Stop), models.RentAsync(models.Find("c"), Stop));
        Assert.Equal(["b", "c"], Loaded(models));

        leases[0].Dispose();
        Assert.Equal(["c"], Loaded(models));
        leases[1].Dispose();
        Assert.Equal(["c"], Loaded(models));
    }

    [Fact]
    public async Task A_replaced_file_is_loaded_while_the_old_one_finishes()
    {
        string path = Copy("model.onnx");
        List<GatedNetwork> opened = [];
        await using TestService service = await StartReloadingAsync(path, o => o.OpenModel = file =>
        {
            opened.Add(new GatedNetwork(file));
            return opened[^1];
        });
        Task<HttpResponseMessage> old = service.PostAsync(TinyModels.Photo(), "?model=model");
        await Wait.UntilAsync(() => opened[0].Started == 1, "the old one works");

        Replace(path, TinyModels.Panoptic);
        await Wait.UntilAsync(() => opened.Count == 2, "the new one is loaded");
        await Wait.UntilAsync(() => KindAsync(service).GetAwaiter().GetResult() == "panoptic", "it is served");
        Assert.False(opened[0].IsDisposed);
        opened[0].Gate.Release();
        Assert.Equal("instances", (await TestService.ReadJsonAsync(await old)).GetProperty("kind").GetString());
        await Wait.UntilAsync(() => opened[0].IsDisposed, "the old one ends");

        opened[1].Gate.Release();
        Assert.Equal("panoptic", (await service.SegmentAsync(TinyModels.Photo(), "?model=model")).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_broken_new_file_leaves_the_old_model_and_is_told()
    {
        string path = Copy("model.onnx");
        await using TestService service = await StartReloadingAsync(path, _ => { });
        string broken = Path.Combine(_folder, "broken");
        File.WriteAllBytes(broken, File.ReadAllBytes(path)[..2000]);
        Replace(path, broken);
        await Wait.UntilAsync(() => ErrorAsync().GetAwaiter().GetResult() is not null, "the error is told");

        Assert.DoesNotContain(_folder, await ErrorAsync(), StringComparison.Ordinal);
        Assert.Equal("instances", (await service.SegmentAsync(TinyModels.Photo(), "?model=model")).GetProperty("kind").GetString());
        Assert.Contains(service.Log.Lines, l => l.Level == Microsoft.Extensions.Logging.LogLevel.Error && l.Text.Contains("model.onnx", StringComparison.Ordinal));

        Replace(path, TinyModels.Panoptic);
        await Wait.UntilAsync(() => KindAsync(service).GetAwaiter().GetResult() == "panoptic", "a good file after it is served");
        Assert.Null(await ErrorAsync());

        async Task<string?> ErrorAsync() => (await ModelAsync(service)).GetProperty("error").GetString();
    }

    [Fact]
    public async Task A_file_that_is_missing_at_the_start_is_told()
    {
        InputException error = await Assert.ThrowsAsync<InputException>(() => TestService.StartAsync(o => o.Models["gone"] = Path.Combine(_folder, "gone.onnx")));

        Assert.Contains("gone.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_goes_before_it_is_loaded_is_503()
    {
        string path = Copy("later.onnx");
        await using TestService service = await TestService.StartAsync(o => o.Models["later"] = path);
        File.Delete(path);
        JsonElement problem = await (await service.PostAsync(TinyModels.Photo(), "?model=later")).ShouldBeAsync(HttpStatusCode.ServiceUnavailable);

        Assert.Equal("The model 'later' cannot be loaded now.", problem.Detail());
        Assert.DoesNotContain(_folder, problem.GetRawText(), StringComparison.Ordinal);
    }

    private static Task<TestService> StartReloadingAsync(string path, Action<PanoptesServerOptions> configure) => TestService.StartAsync(o =>
    {
        o.Models.Remove("tiny");
        o.Models["model"] = path;
        (o.DefaultModel, o.ReloadInterval) = ("model", TimeSpan.FromMilliseconds(50));
        configure(o);
    });

    private static string[] Loaded(ModelHost models) => [.. models.All.Where(m => m.Loaded is not null).Select(m => m.Name)];

    /// <summary>Starts a service of a, which is loaded, and of b and c, which are only loaded at the same time.</summary>
    /// <param name="fit">How many of them may be loaded.</param>
    private Task<TestService> StartTwinsAsync(int fit)
    {
        CancellationToken stop = Stop;
        CountdownEvent opening = new(2);
        return TestService.StartAsync(o =>
        {
            foreach (string name in (string[])["a", "b", "c"]) o.Models[name] = Copy(name + ".onnx");
            o.Models.Remove("tiny");
            (o.DefaultModel, o.MaxModelBytes) = ("a", (fit * new FileInfo(TinyModels.Instances).Length) + 1);
            o.OpenModel = path =>
            {
                if (Path.GetFileName(path) != "a.onnx")
                {
                    opening.Signal();
                    opening.Wait(stop);
                }

                return new GatedNetwork(path);
            };
        });
    }

    private static async Task<JsonElement> ModelAsync(TestService service) => (await service.GetAsync("/v1/models")).GetProperty("models")[0];

    private static async Task<string?> KindAsync(TestService service) => (await ModelAsync(service)).GetProperty("kind").GetString();

    private string Copy(string name)
    {
        string path = Path.Combine(_folder, name);
        File.Copy(TinyModels.Instances, path);
        return path;
    }

    private void Replace(string path, string by)
    {
        string draft = Path.Combine(_folder, Path.GetRandomFileName());
        File.Copy(by, draft);
        File.SetLastWriteTimeUtc(draft, DateTime.UtcNow.AddSeconds(1));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>A log that does something at each line.</summary>
    private sealed class Hook(Action<string> logged) : ILogger<ModelHost>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged(formatter(state, exception));
    }
}
