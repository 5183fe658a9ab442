// The service under load, beside the same model in process and a service that does no more than run ONNX Runtime. They take turns, since other work
// of the machine comes and goes.
//   Panoptes.Benchmarks.Serve TOOL.dll MODEL.onnx IMAGE_FOLDER [--seconds 10] [--rounds 4] [--clients 16] [--concurrency 2] [--batches]
using System.Globalization;
using Panoptes.Benchmarks.Serve;
using Panoptes.Inference;

if (args is ["peer", var peerModel, var peerUrl])
{
    Peer.Run(peerModel, peerUrl);
    return 0;
}

(string tool, string model, string folder) = (args[0], args[1], args[2]);
int rounds = Number("--rounds", 4), clients = Number("--clients", 16), concurrency = Number("--concurrency", 2);
TimeSpan turn = TimeSpan.FromSeconds(Number("--seconds", 10)) / rounds, warmUp = TimeSpan.FromSeconds(3);
byte[][] images = [.. Directory.EnumerateFiles(folder).Where(f => f.EndsWith(".jpg", StringComparison.Ordinal)).Order().Take(32).Select(File.ReadAllBytes)];

using Segmenter segmenter = Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 });
await InProcess.RunAsync(new LoadResult(), segmenter, images, 1, warmUp);
if (args.Contains("--batches"))
{
    await InProcess.CompareBatchesAsync(segmenter, images[0], concurrency, rounds);
    return 0;
}

using ServedProcess peer = await ServedProcess.StartAsync(Environment.ProcessPath!, "/healthz", url => ["peer", model, url]);
using ServedProcess service = await ServedProcess.StartAsync(
    "dotnet", "/readyz", url => [tool, "serve", "--model", model, "--urls", url, $"Concurrency={concurrency}", "Logging:LogLevel:Default=Warning"]);
Clients ofPeer = new(new Uri(peer.Address, "/segment"), images), ofService = new(new Uri(service.Address, "/v1/segment"), images);
await ofPeer.RunAsync(new LoadResult(), clients, warmUp);
await ofService.RunAsync(new LoadResult(), clients, warmUp);
service.Forget();
peer.Forget();

LoadResult one = new(), several = new(), peers = new(), served = new(), amid = new();
for (int round = 0; round < rounds; round++)
{
    await MeasureAsync(one, () => Environment.CpuUsage.TotalTime, () => InProcess.RunAsync(one, segmenter, images, 1, turn));
    await MeasureAsync(several, () => Environment.CpuUsage.TotalTime, () => InProcess.RunAsync(several, segmenter, images, concurrency, turn));
    await MeasureAsync(peers, () => peer.Processor, () => ofPeer.RunAsync(peers, clients, turn));
    await MeasureAsync(served, () => service.Processor, () => ofService.RunAsync(served, clients, turn));
    using CancellationTokenSource stop = new();
    Task others = Task.WhenAll(ofService.SlowAsync(16, stop.Token), ofService.HangUpAsync(16, stop.Token), ofService.HostileAsync(16, stop.Token));
    await MeasureAsync(amid, () => service.Processor, () => ofService.RunAsync(amid, clients, turn));
    await stop.CancelAsync();
    await others;
}

one.Print("in process, 1 thread");
several.Print($"in process, {concurrency} threads");
peers.Print($"peer, {clients} clients", peer.Memory());
served.Print($"serve, {clients} clients", service.Memory());
amid.Print("  beside 16 slow, gone, hostile each");
return served.IsClean && amid.IsClean ? 0 : 1;

static async Task MeasureAsync(LoadResult result, Func<TimeSpan> processor, Func<Task> work)
{
    TimeSpan before = processor();
    await work();
    result.Processor += processor() - before;
}

int Number(string name, int usual)
{
    int at = Array.IndexOf(args, name);
    return at < 0 ? usual : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}
