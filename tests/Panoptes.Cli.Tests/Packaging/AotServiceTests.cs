using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>samples/aot-service, compiled to native code and asked over HTTP.</summary>
[Collection(nameof(PackagingCollection))]
public sealed class AotServiceTests(PackagingFixture packaging) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)] // Minutes of compiling.
    public async Task It_publishes_without_a_warning_and_answers()
    {
        Posix.Require();
        LibraryPackageTests.RequireLinker();
        string output = _folder.Full("out"), model = _folder.Full("model.onnx");
        await DotnetCommand.RunAsync(
            Repository.Require("samples/aot-service"), "publish", "--artifacts-path", packaging.Full("artifacts"),
            "-p:TreatWarningsAsErrors=true", "-p:TrimmerSingleWarn=false", "-o", output);
        Assert.False(File.Exists(Path.Combine(output, "aot-service.dll")), "there is nothing left to compile at run time");
        LibraryPackageTests.WriteModel(model);
        Image photo = new(96, 64);
        new Random(3).NextBytes(photo.Pixels);
        using Segmenter segmenter = Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 });
        Segmentation expected = segmenter.Segment(photo, Stop);

        ProcessStartInfo start = new(Path.Combine(output, "aot-service"), [model, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            using HttpClient client = new() { BaseAddress = await ReadAddressAsync(process.StandardOutput) };
            HttpResponseMessage found = await client.PostAsync("/segment", new ByteArrayContent(photo.EncodePng()), Stop);
            HttpResponseMessage refused = await client.PostAsync("/segment", new StringContent("hello"), Stop);

            using JsonDocument answer = JsonDocument.Parse(await found.Content.ReadAsStringAsync(Stop));
            Assert.NotEmpty(expected.Instances);
            Assert.Equal(
                expected.Instances.Select(i => (i.ClassName, i.Mask.ToCompressedString())),
                answer.RootElement.GetProperty("objects").EnumerateArray()
                    .Select(o => (o.GetProperty("class").GetString()!, o.GetProperty("counts").GetString()!)));
            Assert.Equal((400, "application/problem+json"), ((int)refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
            Assert.Contains("not an image", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<Uri> ReadAddressAsync(StreamReader output)
    {
        while (await output.ReadLineAsync(Stop) is { } line)
        {
            if (Regex.Match(line, @"Now listening on: (http://\S+)") is { Success: true } listening)
                return new Uri(listening.Groups[1].Value);
        }

        throw new InvalidOperationException("The service ended before it listened.");
    }
}
