using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

/// <summary>Metrics for tests.</summary>
internal static class Metrics
{
    public static TrainingMetrics At(int iteration, double loss = 1.5) => new()
    {
        Iteration = iteration,
        Epoch = iteration / 100.0,
        LearningRate = 0.01,
        Losses = new Dictionary<string, double> { ["total"] = loss, ["mask"] = loss / 3 },
        Seconds = iteration * 0.25,
        ImagesPerSecond = 8.5,
        MemoryMiB = 1024,
    };

    public static TrainingMetrics Evaluated(int iteration) =>
        At(iteration) with { Evaluation = new Dictionary<string, double> { ["segm_AP"] = 0.5, ["bbox_AP"] = -1 } };
}
