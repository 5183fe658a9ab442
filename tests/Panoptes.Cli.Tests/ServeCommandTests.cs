using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests;

/// <summary><c>panoptes serve</c>: what it accepts, and a service as a process that is told to stop.</summary>
public class ServeCommandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("there is no model; at least one is needed")]
    [InlineData("no shipped model has this name", "--model", "gone")]
    [InlineData("did you mean the shipped model 'nuclei'?", "--model", "nucleii")]
    [InlineData("two models are called 'nuclei'", "--model", "nuclei", "--model", "nuclei=person")]
    [InlineData("QueueLenght: unknown option; did you mean 'QueueLength'?", "--model", "nuclei", "QueueLenght=3")]
    [InlineData("Panoptes:QueueLength: must be at least 0 (was -1).", "--model", "nuclei", "QueueLength=-1")]
    [InlineData("QueueLength", "--model", "nuclei", "QueueLength=many")]
    [InlineData("MaxPixel", "--model", "nuclei", "Limits:MaxPixel=1")]
    [InlineData("KEY=VALUE", "--model", "nuclei", "QueueLength")]
    [InlineData("--device tpu", "--model", "nuclei", "--device", "tpu")]
    [InlineData("--urls", "--model", "nuclei", "--urls", "nowhere")]
    public async Task Wrong_arguments_are_told_in_a_line(string problem, params string[] arguments)
    {
        ToolResult result = await ToolRunner.RunAsync(["serve", .. arguments]);

        result.ShouldFailWith(2, problem);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_told_in_a_line()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.onnx", "hello");

        (await ToolRunner.RunProcessAsync(["serve", "--model", path, "--urls", "http://127.0.0.1:0"])).ShouldFailWith(2, "model.onnx", "a text");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_exit_code_1_and_a_line()
    {
        using System.Net.Sockets.TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();

        ToolResult result = await ToolRunner.RunProcessAsync(["serve", "--model", "nuclei", "--urls", $"http://{taken.LocalEndpoint}", "Logging:LogLevel:Default=Warning"]);

        result.ShouldFailWith(1, "address already in use");
    }

    [Fact]
    public async Task Terminated_under_load_it_loses_no_request_that_it_accepted()
    {
        Posix.Require();
        using TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll"), "serve", "--model", "mine=nuclei", "--urls", "http://127.0.0.1:0", "--json", "Score=0.5"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["Panoptes__MaxImages"] = "1";
        // A line for each request, and one for each answer.
        start.Environment["Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Information";
        folder.Write("appsettings.json", """{"Panoptes":{"Score":0.9,"Models":{"person":"person"}}}""");
        using Process process = Process.Start(start)!;
        Task<string> log = process.StandardError.ReadToEndAsync(Stop);
        using JsonDocument report = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync(Stop))!);
        Uri address = new(report.RootElement.GetProperty("urls")[0].GetString()!);
        Assert.Equal(["mine", "person"], report.RootElement.GetProperty("models").EnumerateArray().Select(m => m.GetString()));

        byte[] photo = new Image(96, 64).EncodeJpeg();
        int done = 0, answered = 0;
        bool isStopping = false;
        List<string> lost = [];
        Task[] clients = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(SendAsync))];
        for (int i = 0; i < 600 && Volatile.Read(ref done) < 8; i++) await Task.Delay(50, Stop);
        isStopping = true;
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])!) await kill.WaitForExitAsync(Stop);
        await Task.WhenAll(clients);
        await process.WaitForExitAsync(Stop);

        Assert.Empty(lost);
        Assert.True(done >= 8, await log);
        // A connection may end just as its client sends: such a request never began, and every one that did has its answer.
        Assert.Equal((answered, answered), (Count(await log, "Request starting"), Count(await log, "Request finished")));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Loaded the model mine with libtorch", await log, StringComparison.Ordinal);
        Assert.DoesNotContain("error", await log, StringComparison.OrdinalIgnoreCase);

        static int Count(string log, string words) => log.Split(words).Length - 1;

        async Task SendAsync()
        {
            using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = address };
            while (true)
            {
                try
                {
                    using HttpResponseMessage response = await client.PostAsync("/v1/segment", new ByteArrayContent(photo), Stop);
                    await response.Content.ReadAsByteArrayAsync(Stop);
                    Interlocked.Increment(ref answered);
                    if (response.StatusCode == HttpStatusCode.OK)
                    {
                        Interlocked.Increment(ref done);
                        continue;
                    }

                    if (!isStopping || response.StatusCode != HttpStatusCode.ServiceUnavailable)
                        lock (lost) lost.Add(response.StatusCode.ToString());
                    return;
                }
                catch (HttpRequestException e)
                {
                    if (!isStopping) lock (lost) lost.Add(e.ToString());
                    return;
                }
            }
        }
    }
}
