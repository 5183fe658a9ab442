using System.Diagnostics;
using System.Globalization;
using Panoptes.Benchmarks;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Training.Models;

namespace Panoptes.Benchmarks.Networks;

// A network alone, on random values of one size; eager.py does the same in PyTorch.
//   Networks make FOLDER CONFIG           writes the network with random weights: libtorch.safetensors, fp32.onnx and int8.onnx
//   Networks run FILE [--size 800x1088] [--threads 2]
// A line on stdin begins a run, a line on stdout tells its milliseconds, and the last one the peak of memory in MiB.
internal static class Program
{
    private static void Main(string[] args)
    {
        if (args[0] == "make")
        {
            NetworkFiles.Make(args[1], args[2]);
            return;
        }

        string file = args[1];
        string[] size = Text(args, "--size", "800x1088").Split('x');
        int height = int.Parse(size[0], CultureInfo.InvariantCulture), width = int.Parse(size[1], CultureInfo.InvariantCulture);
        int threads = int.Parse(Text(args, "--threads", "2"), CultureInfo.InvariantCulture);
        using INetwork network = Open(file, threads);
        using NetworkInput input = new([new InputImage(width, height, width, height)], width, height);
        Random random = new(1);
        foreach (ref float value in input.Data)
        {
            value = (random.NextSingle() * 4) - 2;
        }

        Console.WriteLine(Path.GetFileName(file));
        while (Console.ReadLine() is not null)
        {
            long start = Stopwatch.GetTimestamp();
            using NetworkOutput output = network.Run(input);
            Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture));
        }

        Console.WriteLine((long)ProcessMemory.Peak());
    }

    private static INetwork Open(string file, int threads)
    {
        if (Path.GetExtension(file) == ".onnx") return OnnxNetwork.Load(file, new OnnxOptions { Threads = threads });
        TorchRuntime.Threads = threads;
        return ModelFile.Load(file, precision: Panoptes.Training.Configuration.Precision.Fp32);
    }

    private static string Text(string[] args, string name, string standard) =>
        Array.IndexOf(args, name) is >= 0 and int at ? args[at + 1] : standard;
}
