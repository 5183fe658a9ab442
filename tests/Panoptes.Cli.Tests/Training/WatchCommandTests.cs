using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public partial class WatchCommandTests(TinyProject project)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_page_shows_a_run_that_comes_and_ends_with_a_cancellation()
    {
        string runs = project.NewPath("runs");
        using StringWriter output = new();
        using StringWriter error = new();
        TextWriter written = TextWriter.Synchronized(output);
        using ToolConsole console = new(written, TextWriter.Synchronized(error));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<int> watch = PanoptesTool.RunAsync(["watch", runs, "--urls", "http://127.0.0.1:0", "--json"], console, stop.Token);

        JsonElement report = JsonDocument.Parse(await LineAsync(written, output, () => watch.IsCompleted)).RootElement;
        Assert.Equal(runs, report.GetProperty("runs")[0].GetString());
        Assert.Contains("there is no folder", error.ToString(), StringComparison.Ordinal);
        Uri address = new(report.GetProperty("urls")[0].GetString()!);
        Assert.Empty(await ListAsync(address));

        Assert.Equal(0, (await project.TrainAsync(Path.Combine(runs, "one"), "schedule.iterations=1")).Code);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken); // folders are looked at once a second
        JsonElement run = Assert.Single(await ListAsync(address));
        Assert.Equal(("one", "finished"), (run.GetProperty("name").GetString(), run.GetProperty("state").GetString()));
        Assert.Equal(1, run.GetProperty("iteration").GetInt32());

        await stop.CancelAsync();
        Assert.Equal(130, await watch);
    }

    [Fact]
    public async Task A_training_shows_itself_while_it_lasts()
    {
        string run = project.NewPath("run");
        using StringWriter error = new();
        TextWriter told = TextWriter.Synchronized(error);
        using ToolConsole console = new(TextWriter.Null, told);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string[] arguments =
            ["train", project.Config, "schedule.iterations=100000", "--output", run, "--watch", "--urls", "http://127.0.0.1:0"];
        Task<int> training = PanoptesTool.RunAsync(arguments, console, stop.Token);

        Uri address = new(Address().Match(await LineAsync(told, error, () => training.IsCompleted)).Value);
        JsonElement[] list = [];
        for (long begun = Environment.TickCount64; !(list is [JsonElement one] && one.GetProperty("iteration").GetInt32() > 0);)
        {
            Assert.False(training.IsCompleted, error.ToString());
            Assert.True(Environment.TickCount64 - begun < s_patience.TotalMilliseconds);
            await Task.Delay(50, TestContext.Current.CancellationToken);
            list = await ListAsync(address);
        }

        Assert.Equal("running", list[0].GetProperty("state").GetString());
        await stop.CancelAsync();
        Assert.Equal(130, await training);
        await Assert.ThrowsAsync<HttpRequestException>(() => ListAsync(address));
    }

    [Fact]
    public async Task An_address_in_use_is_told_and_the_training_goes_on()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string urls = $"http://{taken.LocalEndpoint}";

        ToolResult result = await project.TrainAsync(project.NewPath("run"), "schedule.iterations=1", "--watch", "--urls", urls);

        Assert.Equal(0, result.Code);
        string told = Assert.Single(
            result.Error.Split('\n'), line => line.StartsWith("warning: this training cannot be watched", StringComparison.Ordinal));
        Assert.Contains(urls, told, StringComparison.Ordinal);
        Assert.Contains("panoptes watch ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_watched_is_refused()
    {
        (await ToolRunner.RunAsync("watch", project.Config)).ShouldFailWith(2, project.Config, "is a file");
        string runs = Path.GetDirectoryName(project.Config)!;
        (await ToolRunner.RunAsync("watch", runs, "--urls", "nowhere")).ShouldFailWith(2, "--urls", "nowhere");
        (await project.TrainAsync(project.NewPath("run"), "--watch", "--dry-run")).ShouldFailWith(2, "--watch", "--dry-run");
        (await project.TrainAsync(project.NewPath("run"), "--urls", "http://127.0.0.1:0")).ShouldFailWith(2, "--urls", "--watch");
    }

    private static async Task<JsonElement[]> ListAsync(Uri address)
    {
        using HttpClient client = new() { BaseAddress = address };
        return [.. JsonDocument.Parse(await client.GetStringAsync("/v1/runs", TestContext.Current.CancellationToken)).RootElement
            .GetProperty("runs").EnumerateArray()];
    }

    /// <summary>The first line that a command writes.</summary>
    /// <param name="written">What it writes to, which locks itself while it does.</param>
    /// <param name="writer">Where that goes.</param>
    /// <param name="isOver">Whether it will write no more.</param>
    private static async Task<string> LineAsync(TextWriter written, StringWriter writer, Func<bool> isOver)
    {
        for (long begun = Environment.TickCount64; Environment.TickCount64 - begun < s_patience.TotalMilliseconds && !isOver();)
        {
            string text;
            lock (written) text = writer.ToString();
            if (text.IndexOf('\n', StringComparison.Ordinal) is int end and >= 0) return text[..end];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException($"Nothing was written: {writer}");
    }

    [GeneratedRegex("http://[^ ]+$")]
    private static partial Regex Address();
}
