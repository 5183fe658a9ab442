using System.Diagnostics;
using System.Globalization;
using Panoptes.Benchmarks;
using Panoptes.Benchmarks.CiaeLosses;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.Fcos;

// CIAE's losses from a network's raw outputs on, forward and backward, with the memory that they take above what was there before.
// The outputs are random, the images made up; there is no network.
// Usage: [--height 800] [--width 1333] [--batch 1] [--things 15] [--classes 80] [--stride 1] [--steps 5] [--threads 2] [key=value ...]
const int Stuff = 53;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int batchSize = Number("--batch", 1), classes = Number("--classes", 80), steps = Number("--steps", 5);
TorchRuntime.Threads = Number("--threads", 2);
TorchRuntime.FlushDenormals(true);
TorchRuntime.Seed(0);
string[] settings = ["model.method=ciae", $"model.ciae.loss_stride={Number("--stride", 1)}", .. args.Where(a => a.Contains('='))];
PanoptesConfig config = ConfigLoader.Parse("", "bench", settings);
using MadeUpImages images = new(Number("--width", 1333), Number("--height", 800), Number("--things", 15), Stuff);
using Batch batch = images.Load(config, batchSize);
using TensorScope all = new();
using CiaeLoss losses = new(config.Model, Stuff);
int categories = CiaeLoss.Categories(config.Model.Ciae.Things, classes, Stuff);
using CategoryMemory memory = new(categories, config.Model.Ciae.EmbeddingDim, momentum: null, iterations: 90000);
Tensor embedding = Leaf(config.Model.Ciae.EmbeddingDim, batch.Height / 4, batch.Width / 4);
FcosLevel[] levels =
[
    .. new LocationGrid(batch.Height, batch.Width, levels: 5).Levels.Select(level =>
    {
        Tensor distances = Leaf(4, level.Height, level.Width);
        return new FcosLevel(Leaf(classes, level.Height, level.Width), distances, Leaf(1, level.Height, level.Width), distances);
    }),
];
Console.WriteLine($"{batchSize} x {batch.Width}x{batch.Height}, {batch.InstanceCount} things, labels at stride {batch.Segments.Stride}");
Step(); // until the runtime has compiled it
Figures[] found = [.. Enumerable.Range(0, steps).Select(_ => Step())];
Report("time, forward", "ms", f => f.Forward.Time);
Report("processor time, forward", "ms", f => f.Forward.Processor);
Report("time, backward", "ms", f => f.Backward.Time);
Report("processor time, backward", "ms", f => f.Backward.Processor);
Report("memory, peak of the forward pass", "MiB", f => f.ForwardPeak);
Report("memory, kept until the backward pass", "MiB", f => f.Kept);
Report("memory, peak of both", "MiB", f => f.Peak);

Figures Step()
{
    using TensorScope step = new();
    foreach (Tensor leaf in levels.SelectMany(l => new[] { l.ClassLogits, l.Distances, l.Centerness }).Append(embedding))
    {
        leaf.Grad = null;
    }

    ProcessMemory.GiveBack();
    double before = ProcessMemory.Resident();
    ProcessMemory.ResetPeak();
    Clock clock = Clock.Start();
    Tensor sum = Forward();
    Clock forward = clock.Stop();
    double forwardPeak = ProcessMemory.Peak();
    ProcessMemory.GiveBack(); // what nobody holds any more is not kept
    double kept = ProcessMemory.Resident();
    clock = Clock.Start();
    sum.Backward();
    Clock backward = clock.Stop();
    return new Figures(forward, backward, forwardPeak - before, kept - before, ProcessMemory.Peak() - before);
}

// As CiaeModel.ComputeLosses does.
Tensor Forward()
{
    PixelLabels labels = PixelLabels.Of(batch);
    SegmentSums[] segments = CiaeLoss.Segments(embedding, labels);
    memory.Update(losses.CategorySums(segments, batch, categories), iteration: 0);
    CiaeOutput output = new([.. levels.Select(l => l with { Distances = l.Distances.Relu() })], embedding, SemanticLogits: null);
    return losses.Compute(output, embedding, segments, memory.Vectors, batch, labels).Terms.Select(t => t.Value).Aggregate((a, b) => a + b);
}

Tensor Leaf(int channels, int height, int width)
{
    Tensor leaf = Tensor.Randn([batchSize, channels, height, width]).To(MemoryFormat.ChannelsLast).Detach();
    leaf.RequiresGrad = true;
    return leaf;
}

void Report(string what, string unit, Func<Figures, double> figure)
{
    double[] values = [.. found.Select(f => figure(f) / batchSize).Order()];
    Console.WriteLine(
        $"{what,-38} {values[values.Length / 2],7:0.0} {unit} an image (from {values[0]:0.0} to {values[^1]:0.0})");
}

int Number(string name, int standard) =>
    Array.IndexOf(args, name) is >= 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;

/// <summary>Milliseconds, of the clock and of all cores together.</summary>
internal readonly record struct Clock(double Time, double Processor)
{
    /// <summary>The clocks now.</summary>
    public static Clock Start() => new(
        Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency, Environment.CpuUsage.TotalTime.TotalMilliseconds);

    /// <summary>Milliseconds since the start.</summary>
    public Clock Stop()
    {
        Clock now = Start();
        return new Clock(now.Time - Time, now.Processor - Processor);
    }
}

/// <summary>What a step took; MiB above what was there before.</summary>
internal sealed record Figures(Clock Forward, Clock Backward, double ForwardPeak, double Kept, double Peak);
