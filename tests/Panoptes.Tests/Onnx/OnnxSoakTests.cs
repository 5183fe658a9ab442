using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>Many runs of many sizes, each followed by one that fails: no memory stays behind.</summary>
[Collection(nameof(OnnxSoakTests))]
[CollectionDefinition(nameof(OnnxSoakTests), DisableParallelization = true)]
public sealed class OnnxSoakTests : IDisposable
{
    private const int Rounds = 1000;
    private const int WarmUp = 200;

    /// <summary>MiB that the process may grow after the warm-up; a leak of one output each round would be 200 and more.</summary>
    private const double Slack = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-onnx-").FullName;

    public OnnxSoakTests() => Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public void A_thousand_runs_leave_no_memory_behind()
    {
        using OnnxNetwork network = Load("any.onnx", TinyOnnx.EmbedMask().Chain("large", "Relu", 3));
        using OnnxNetwork picky = Load("one.onnx", TinyOnnx.EmbedMask(side: 16));
        List<double> memory = [];
        for (int i = 1; i <= Rounds; i++)
        {
            using NetworkInput input = TinyOnnx.Images(1 + (i % 2), 16 * (4 + (i * 7 % 13)), 16 * (4 + (i * 5 % 11)), seed: i);
            using (NetworkOutput output = network.Run(input, TestContext.Current.CancellationToken))
            {
                Assert.Equal(input.Data.Length, output["large"].Data.Length);
            }

            Assert.ThrowsAny<InvalidOperationException>(() => picky.Run(input, TestContext.Current.CancellationToken));
            if (i % WarmUp == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                memory.Add(Environment.WorkingSet / 1048576.0);
            }
        }

        string course = string.Join(", ", memory.Select(m => $"{m:0.0}"));
        Assert.True(memory[^1] - memory[0] < Slack, $"MiB every {WarmUp} rounds: {course}");
    }

    private OnnxNetwork Load(string name, TinyOnnx network)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, network.Build(TinyOnnx.Card.ToJson()));
        return OnnxNetwork.Load(path);
    }
}
