using System.Diagnostics;
using System.Globalization;
using Panoptes.Benchmarks;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Backbones;
using Panoptes.Training.Models.MEInst;

// A backbone, forward and backward, from random weights and statistics that are not trained; backbone.py does the same with
// torchvision's. Or, with --head, MEInst's head of three towers on the five levels of an image. A line on stdin begins a step, a line
// on stdout tells the milliseconds of both passes; the end of stdin asks for the memory. See ../deform_conv/run.py.
// Usage: Backbone [--type resnext101_32x8d] [--height 320] [--width 320] [--batch 1] [--threads 2] [--deformable none|v1|v2] [--head]
int height = Number("--height", 320), width = Number("--width", 320), batch = Number("--batch", 1);
DeformableVersion deformable = Enum.Parse<DeformableVersion>(Text("--deformable", "none"), ignoreCase: true);
TorchRuntime.Threads = Number("--threads", 2);
TorchRuntime.FlushDenormals(true);
TorchRuntime.Seed(0);

using TensorScope all = new TensorScope();
bool isHead = args.Contains("--head");
PanoptesConfig config = ConfigLoader.Parse("", "bench", [$"model.backbone.type={Text("--type", "resnext101_32x8d")}"]);
BackboneConfig backbone = config.Model.Backbone with { FrozenStages = 0, Deformable = new() { Version = deformable, Stages = [4, 5] } };
using Module network = isHead
    ? new MEInstHead(config.Model with { Head = config.Model.Head with { Deformable = deformable } }, classes: 80)
    : new ResNet(backbone);
network.To(MemoryFormat.ChannelsLast);
Tensor[] inputs = isHead
    ? [.. Enumerable.Range(3, 5).Select(level => Leaf([batch, 256, Level(height, level), Level(width, level)]))]
    : [Leaf([batch, 3, height, width])];
Console.WriteLine(isHead ? "head" + Suffix() : "panoptes" + Suffix());
double before = ProcessMemory.Peak();
while (Console.ReadLine() is not null)
{
    using TensorScope step = new TensorScope();
    foreach (Tensor leaf in network.Parameters().Select(p => p.Value).Concat(inputs))
    {
        leaf.Grad = null;
    }

    long start = Stopwatch.GetTimestamp();
    Tensor sum = Outputs().Select(y => y.Mean()).Aggregate((a, b) => a + b);
    TimeSpan forward = Stopwatch.GetElapsedTime(start);
    sum.Backward();
    TimeSpan backward = Stopwatch.GetElapsedTime(start) - forward;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{forward.TotalMilliseconds:F1} {backward.TotalMilliseconds:F1}"));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before:F0} {ProcessMemory.Peak():F0}"));

IEnumerable<Tensor> Outputs()
{
    if (network is not MEInstHead head)
    {
        return ((ResNet)network).Forward(inputs[0]);
    }

    MEInstOutput output = head.Forward(inputs);
    return output.Levels.SelectMany(level => new[] { level.ClassLogits, level.Distances, level.Centerness }).Concat(output.Coefficients);
}

static Tensor Leaf(ReadOnlySpan<long> shape)
{
    Tensor leaf = Tensor.Randn(shape).To(MemoryFormat.ChannelsLast).Detach();
    leaf.RequiresGrad = true;
    return leaf;
}

// The level's size: its stride rounds up.
static long Level(int size, int level) => (size + (1 << level) - 1) >> level;

int Number(string name, int standard) => int.Parse(Text(name, $"{standard}"), CultureInfo.InvariantCulture);

string Suffix() => deformable == DeformableVersion.None ? "" : $"-{Text("--deformable", "")}";

string Text(string name, string standard)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 ? args[index + 1] : standard;
}
