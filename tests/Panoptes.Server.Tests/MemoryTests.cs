using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Server.Requests;
using Panoptes.Server.Results;

namespace Panoptes.Server.Tests;

/// <summary>What requests and answers may hold of the service's memory, and for how long.</summary>
[Collection("memory")]
public class MemoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pixels_of_a_forms_images_are_not_held_together()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using TestService service = await TestService.StartAsync(o => o.OpenModel = _ => network);
        const int images = 12;
        byte[] blank = new Image(3000, 3000).EncodePng(); // a few KB, and 27 MB of pixels
        using MultipartFormDataContent form = [];
        for (int i = 0; i < images; i++) form.Add(new ByteArrayContent(blank), "images", $"{i}.png");

        Task<HttpResponseMessage> answer = service.Client.PostAsync("/v1/segment?score=1", form, Stop);
        await Wait.UntilAsync(() => network.Started == 1, "the first image is there");
        long first = GC.GetTotalMemory(forceFullCollection: true);
        network.Gate.Release(images - 1);
        await Wait.UntilAsync(() => network.Started == images, "the last image is there");
        long last = GC.GetTotalMemory(forceFullCollection: true);
        network.Gate.Release();

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.True(last - first < 150_000_000, $"{last - first} bytes more at the last image than at the first");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("coco")]
    public void An_answer_of_several_images_holds_neither_pixels_nor_labels(string format)
    {
        SegmentSettings settings = new() { Format = format == "json" ? ResultFormat.Json : ResultFormat.Coco };
        AnswerWriter writer = new("scene", isPanoptic: true, settings, TimeSpan.Zero);
        (WeakReference image, WeakReference labels) = Add(writer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal((false, false), (image.IsAlive, labels.IsAlive));
        Assert.Equal("application/json", writer.Finish().ContentType);
    }

    [Fact]
    public async Task A_body_that_stalls_is_408_and_gives_its_memory_back()
    {
        await using TestService service = await TestService.StartAsync(o => o.Timeout = TimeSpan.FromSeconds(1));
        BodyBudget budget = service.App.Services.GetRequiredService<BodyBudget>();
        // Most of it comes at once: to Kestrel, whose limit is an average, such a client is fast enough for hours.
        using TcpClient client = await RawRequest.SendAsync(service, new byte[4 << 20], share: 0.5);
        Task<string> answer = RawRequest.ReadJsonAsync(client);
        await Wait.UntilAsync(() => answer.IsCompleted, "the body is refused");

        string problem = await answer;
        Assert.Contains("\"status\":408", problem, StringComparison.Ordinal);
        Assert.Contains("body took longer than 1 seconds to arrive.", problem, StringComparison.Ordinal);
        await Wait.UntilAsync(() => budget.Used == 0, "its memory is free");
    }

    [Fact]
    public async Task An_answer_counts_until_its_client_has_read_it_or_is_gone()
    {
        await using TestService service = await TestService.StartAsync();
        BodyBudget budget = service.App.Services.GetRequiredService<BodyBudget>();
        byte[] photo = TinyModels.Photo(2000, 2000);
        const string query = "?format=overlay&score=1"; // 12 MB: more than the connection's own buffers hold
        using HttpResponseMessage read = await service.PostAsync(photo, query);
        byte[] overlay = await read.Content.ReadAsByteArrayAsync(Stop);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        await Wait.UntilAsync(() => budget.Used == 0, "the answer is sent");

        TcpClient idle = await RawRequest.SendAsync(service, photo, query: query);
        await Wait.UntilAsync(() => budget.Used == overlay.Length, "the answer counts, and the body does not any more");
        idle.Dispose();
        await Wait.UntilAsync(() => budget.Used == 0, "its memory is free");
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_is_disconnected()
    {
        PanoptesServerOptions options = new() { Timeout = TimeSpan.FromMilliseconds(300) };
        BodyBudget budget = new(Options.Create(options));
        LogLines log = new();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(budget);
        builder.Services.AddSingleton<AnswerSender>();
        await using WebApplication app = builder.Build();
        app.MapGet("/", (HttpContext context, AnswerSender answers) =>
            answers.Send(new Answer("application/octet-stream", new byte[24 << 20]), context));
        await app.StartAsync(Stop);
        Uri address = new(app.Urls.Single());
        using TcpClient client = await RawRequest.ConnectAsync(address);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"), Stop);

        await Wait.UntilAsync(
            () => log.Lines.Any(l => l.Text.StartsWith("Disconnected a client", StringComparison.Ordinal)), "it is disconnected");
        await Wait.UntilAsync(() => budget.Used == 0, "the memory of its answer is free");
    }

    [Fact]
    public void Requests_and_answers_share_the_budget_which_the_only_answer_may_exceed()
    {
        BodyBudget budget = new(Options.Create(new PanoptesServerOptions { MaxBufferedBytes = 100 }));
        budget.TakeForAnswer(150);
        Assert.Equal(429, Assert.Throws<RequestException>(() => budget.TakeForAnswer(1)).Status);
        Assert.Equal(429, Assert.Throws<RequestException>(() => budget.Take(1)).Status);
        Assert.Equal(150, budget.Used);

        budget.ReturnAnswer(150);
        budget.Take(60);
        budget.TakeForAnswer(30);
        budget.TakeForAnswer(10);
        Assert.Equal(429, Assert.Throws<RequestException>(() => budget.TakeForAnswer(1)).Status);
        budget.Return(60);
        budget.TakeForAnswer(60);
        Assert.Equal(100, budget.Used);
    }

    // Not inlined, so that nothing of it stays on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Image, WeakReference Labels) Add(AnswerWriter writer)
    {
        Image image = new(8, 4);
        LabelMap labels = new(8, 4);
        labels.Labels.Fill(1);
        Box box = new(0, 0, 8, 4);
        Segmentation found = new(8, 4, [new Instance(0, "cat", 1, 0.9f, box, Rle.Empty(4, 8))], default)
        {
            Panoptic = new PanopticSegmentation(labels, [new Segment(1, "cat", 1, IsThing: true, 32, box, 0.9f)]),
        };
        writer.Add(new FoundImage("a.png", image, found, TimeSpan.Zero));
        return (new WeakReference(image), new WeakReference(labels));
    }
}
