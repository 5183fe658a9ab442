using System.Diagnostics;
using System.Globalization;
using Panoptes.Benchmarks;
using Panoptes.Torch;
using Panoptes.Torch.Nn;

// A deformable convolution, version 2 with kernel 3x3, forward and backward to all of its inputs; deform_conv.py does the same with torchvision.
// A line on stdin begins a step, a line on stdout tells the milliseconds of both passes; the end of stdin asks for the memory. See run.py.
// Usage: DeformConv [--height 100] [--width 167] [--channels 256] [--batch 1] [--threads 2] [--plain]
int height = Number("--height", 100), width = Number("--width", 167), channels = Number("--channels", 256), batch = Number("--batch", 1);
bool plain = args.Contains("--plain");
TorchRuntime.Threads = Number("--threads", 2);
TorchRuntime.Seed(0);

using TensorScope all = new();
Tensor x = Leaf(Tensor.Randn([batch, channels, height, width]).To(MemoryFormat.ChannelsLast));
Tensor offset = Leaf(Tensor.Randn([batch, 18, height, width]));
Tensor mask = Leaf(Tensor.Rand([batch, 9, height, width]));
Tensor weight = Leaf(Tensor.Randn([channels, channels, 3, 3]) * 0.02);
Tensor bias = Leaf(Tensor.Randn([channels]));
Tensor gradient = Tensor.Randn([batch, channels, height, width]).To(MemoryFormat.ChannelsLast);
Tensor[] leaves = [x, offset, mask, weight, bias];
Console.WriteLine(plain ? "panoptes, plain convolution" : "panoptes");
double before = ProcessMemory.Peak();
while (Console.ReadLine() is not null)
{
    using TensorScope step = new();
    foreach (Tensor leaf in leaves)
    {
        leaf.Grad = null;
    }

    long start = Stopwatch.GetTimestamp();
    Tensor y = plain
        ? x.Conv2d(weight, bias, [1, 1], [1, 1], [1, 1], 1)
        : DeformConv2d.Convolve(x, offset, mask, weight, bias, padding: [1, 1]);
    double forward = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    y.Backward(gradient);
    double sum = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{forward:F1} {sum - forward:F1}"));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before:F0} {ProcessMemory.Peak():F0}"));

static Tensor Leaf(Tensor value)
{
    Tensor leaf = value.Detach();
    leaf.RequiresGrad = true;
    return leaf;
}

int Number(string name, int standard) =>
    Array.IndexOf(args, name) is >= 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
