using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;
using Panoptes.Torch;
using Panoptes.Torch.Nn;

// 3x3 convolutions, ours (Winograd's) and libtorch's in turn: forward, and backward to the input and to the weight.
// Medians (least). Usage: Panoptes.Benchmarks.Kernels [--rounds 15] [--threads 2]
int rounds = Number("--rounds", 15);
TorchRuntime.Threads = Number("--threads", 2);
TorchRuntime.Seed(0);
string vectors = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2";
Console.WriteLine($"libtorch {TorchRuntime.Version}, {TorchRuntime.Threads} threads, {vectors}");
Console.WriteLine("| channels, height x width | pass | Panoptes, ms | libtorch, ms | ours / libtorch |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach ((int channels, int height, int width) in new[]
    { (256, 100, 136), (256, 50, 68), (256, 25, 34), (128, 100, 136), (64, 200, 272), (512, 25, 34) })
{
    using TensorScope size = new();
    Tensor x = Tensor.Randn([1, channels, height, width]).To(MemoryFormat.ChannelsLast).Detach();
    Tensor weight = (Tensor.Randn([channels, channels, 3, 3]) * 0.02).To(MemoryFormat.ChannelsLast).Detach();
    Tensor dy = Tensor.Randn([1, channels, height, width]).To(MemoryFormat.ChannelsLast);
    using Conv2d layer = new(channels, channels, 3, bias: false);
    foreach (string pass in new[] { "forward", "to the input", "to the weight" })
    {
        x.RequiresGrad = pass == "to the input";
        weight.RequiresGrad = pass == "to the weight";
        List<double> ours = new();
        List<double> theirs = new();
        for (int i = -2; i < rounds; i++)
        {
            double first = Time(() => layer.Forward(x, weight, null)), second = Time(() => x.Conv2d(weight, null, [1, 1], [1, 1], [1, 1]));
            if (i >= 0)
            {
                ours.Add(first);
                theirs.Add(second);
            }
        }

        double ratio = Median(ours.Zip(theirs, (mine, other) => mine / other));
        string row = string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(ours):F1} ({ours.Min():F1}) | {Median(theirs):F1} ({theirs.Min():F1}) | {ratio:F2}");
        Console.WriteLine($"| {channels}, {height}x{width} | {pass} | {row} |");

        double Time(Func<Tensor> convolve)
        {
            using TensorScope step = new();
            x.Grad = null;
            weight.Grad = null;
            long start = Stopwatch.GetTimestamp();
            Tensor y = convolve();
            if (pass != "forward")
            {
                start = Stopwatch.GetTimestamp();
                y.Backward(dy);
            }

            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

int Number(string name, int standard) =>
    Array.IndexOf(args, name) is >= 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
