using System.Text.Json;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class VectorUnitsTests(TinyProject project)
{
    /// <summary>
    /// Our kernels for AVX-512 and AVX2, and libtorch's convolutions where neither is there: the same losses. .NET's switches choose the
    /// kernels, oneDNN's choose libtorch's.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "AVX2")]
    [InlineData("DOTNET_EnableAVX2", "SSE41")]
    public async Task Losses_do_not_depend_on_them(string variable, string instructions)
    {
        // Wide and large enough for our kernels: 64 channels, and 24 tiles of 4x4 places on the finest level.
        string[] settings =
        [
            "schedule.iterations=3", "logging.every=1", "evaluation.every=0", "model.fpn.channels=64", "model.head.channels=64",
            "input.short_side=192", "input.long_side=192", "optimizer.learning_rate=0.001",
        ];
        double[] usual = await TrainAsync(_ => { });
        double[] plain = await TrainAsync(start =>
        {
            start.Environment[variable] = "0";
            start.Environment["ONEDNN_MAX_CPU_ISA"] = instructions;
        });

        Assert.Equal(3, usual.Length);
        Assert.Equal(3, usual.Distinct().Count());
        for (int i = 0; i < usual.Length; i++)
        {
            Assert.InRange(plain[i] / usual[i], 1 - 1e-4, 1 + 1e-4);
        }

        async Task<double[]> TrainAsync(Action<System.Diagnostics.ProcessStartInfo> adjust)
        {
            string run = project.NewPath("run");
            ToolResult result = await ToolRunner.RunProcessAsync(["train", project.Config, .. settings, "--output", run], adjust);
            Assert.True(result.Code == 0, result.Error);
            return
            [
                .. File.ReadLines(Path.Combine(run, "metrics.jsonl"))
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .Where(line => line.TryGetProperty("loss_total", out _))
                    .Select(line => line.GetProperty("loss_total").GetDouble()),
            ];
        }
    }
}
