using System.Diagnostics;
using System.Globalization;
using Panoptes.Torch;
using Panoptes.Torch.Optim;

// The cost of the way from .NET to libtorch, and of an SGD step over the weights of ResNet-50 with FPN. engine.py does the same in Python.
// Every figure is the best of several runs: others on the machine can only slow one down.
TorchRuntime.Threads = Environment.ProcessorCount;
Console.WriteLine($"libtorch {TorchRuntime.Version}, {TorchRuntime.Threads} threads");
MeasureCall();
MeasureStep();

static void MeasureCall()
{
    using NoGrad noGrad = new();
    using TensorScope scope = new();
    Tensor x = Tensor.Ones([4, 5]), y = Tensor.Ones([4, 5]);
    const int calls = 20_000;
    Report("add of two 4x5 tensors", "us", 1e6 / calls, 30, () =>
    {
        for (int i = 0; i < calls; i++)
        {
            (x + y).Dispose();
        }
    });
}

static void MeasureStep()
{
    using TensorScope scope = new();
    TorchRuntime.Seed(1);
    (string Name, Tensor Value)[] parameters = [.. Shapes().Select((s, i) => ($"p{i}", Tensor.Randn(s)))];
    foreach ((_, Tensor parameter) in parameters)
    {
        parameter.RequiresGrad = true;
        parameter.Grad = Tensor.Randn(parameter.Shape);
    }

    Console.WriteLine($"{parameters.Sum(p => p.Value.Count) / 1e6:0.0} M parameters in {parameters.Length} tensors");
    using Sgd sgd = new([new(parameters, WeightDecay: 1e-4)], 1e-9);
    Report("SGD step", "ms", 1e3, 15, sgd.Step);

    Tensor[] buffers = [.. parameters.Select(p => p.Value.ZerosLike())];
    Report("SGD step by tensor operators", "ms", 1e3, 15, () => StepByOperators(parameters, buffers));
    Report("norm of all gradients", "ms", 1e3, 15, () => sgd.ClipGradNorm(double.PositiveInfinity));
}

static void StepByOperators((string Name, Tensor Value)[] parameters, Tensor[] buffers)
{
    using NoGrad noGrad = new();
    for (int i = 0; i < buffers.Length; i++)
    {
        using TensorScope scope = new();
        Tensor parameter = parameters[i].Value;
        buffers[i].MulInPlace(0.9).AddInPlace(parameter.Grad!.Add(parameter, 1e-4));
        parameter.AddInPlace(buffers[i], -1e-9);
    }
}

// Weights and normalization of ResNet-50 without its classifier, and FPN P3-P7 with heads of eight convolutions.
static IEnumerable<long[]> Shapes()
{
    static IEnumerable<long[]> Convolution(long output, long input, long kernel) => [[output, input, kernel, kernel], [output], [output]];

    IEnumerable<long[]> all = Convolution(64, 3, 7);
    long input = 64;
    foreach ((int blocks, long width) in (ReadOnlySpan<(int, long)>)[(3, 64), (4, 128), (6, 256), (3, 512)])
    {
        for (int block = 0; block < blocks; block++)
        {
            all = all.Concat(Convolution(width, input, 1)).Concat(Convolution(width, width, 3)).Concat(Convolution(4 * width, width, 1));
            all = block == 0 ? all.Concat(Convolution(4 * width, input, 1)) : all;
            input = 4 * width;
        }
    }

    foreach (long lateral in (ReadOnlySpan<long>)[512, 1024, 2048])
    {
        all = all.Concat(Convolution(256, lateral, 1));
    }

    return all.Concat(Enumerable.Range(0, 13).SelectMany(_ => Convolution(256, 256, 3)));
}

static void Report(string what, string unit, double scale, int runs, Action action)
{
    action();
    double best = double.PositiveInfinity;
    for (int i = 0; i < runs; i++)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-32} {best * scale,8:0.00} {unit}"));
}
