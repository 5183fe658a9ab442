using System.Globalization;
using Panoptes.Imaging;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Server.Tests.Watching;

/// <summary>A run's folder, written by the classes that trainings write it with.</summary>
internal sealed class TestRun : IDisposable
{
    private RunMetrics _metrics;

    public TestRun(string folder, int iterations = 100, double learningRate = 0.01)
    {
        Folder = RunFolder.Create(folder, new PanoptesConfig
        {
            Schedule = new() { Iterations = iterations },
            Optimizer = new() { LearningRate = learningRate },
        });
        Folder.WriteEnvironment(RunEnvironment.Capture("cpu", ["train", "mine.yaml"], new Dictionary<string, string>()));
        _metrics = Folder.OpenMetrics(0);
    }

    public RunFolder Folder { get; }

    /// <summary>Logs an iteration.</summary>
    public void Log(int iteration, double loss, double? ap = null)
    {
        TrainingMetrics line = new()
        {
            Iteration = iteration,
            Epoch = iteration / 10.0,
            LearningRate = 0.01,
            Losses = new Dictionary<string, double> { ["class"] = loss / 2, ["mask"] = loss / 2, ["total"] = loss },
            Seconds = 2 * iteration,
            ImagesPerSecond = 4,
            MemoryMiB = 512,
        };
        _metrics.Write(line);
        if (ap is { } value)
        {
            _metrics.Write(line with
            {
                Losses = new Dictionary<string, double>(),
                Evaluation = new Dictionary<string, double>
                {
                    ["segm_AP"] = value,
                    ["segm_AP50"] = 1.5 * value,
                    ["segm_APs"] = -1,
                    ["bbox_AP"] = value,
                },
            });
        }
    }

    /// <summary>Goes on from an iteration, as <c>--resume</c> does: later lines are dropped.</summary>
    public void Resume(int iteration)
    {
        _metrics.Dispose();
        _metrics = Folder.OpenMetrics(iteration);
    }

    /// <summary>Draws a sample of an evaluation.</summary>
    public string AddSample(int iteration, string name)
    {
        string path = Path.Combine(Folder.SamplesAt(iteration), name);
        new Image(64, 32).SavePng(path);
        return path;
    }

    /// <summary>Appends what is no whole line yet.</summary>
    public void Append(string text)
    {
        using FileStream stream = new(Folder.MetricsJsonlFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A line of its own as trainings write it, without its end.</summary>
    public static string Line(int iteration) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"iteration":{{iteration}},"loss_total":1,"seconds":{{iteration}}}""");

    public void Dispose() => _metrics.Dispose();
}
