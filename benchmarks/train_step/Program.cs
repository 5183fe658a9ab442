using System.Diagnostics;
using System.Globalization;
using Panoptes.Benchmarks;
using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

// One training step of EmbedMask-R50 on made-up images; embedmask_eager.py does the same in PyTorch.
// A line on stdin begins a step, a line on stdout tells its milliseconds; run.py lets the programs step in turn.
// Usage: TrainStep [--size 512] [--batch 2] [--objects 8] [--threads 2] [--nchw]
int size = Number("--size", 512), batchSize = Number("--batch", 2), objects = Number("--objects", 8);
bool channelsLast = !args.Contains("--nchw");
TorchRuntime.Threads = Number("--threads", 2);
TorchRuntime.FlushDenormals(true);
TorchRuntime.Seed(0);

PanoptesConfig config = new()
{
    Input = new InputConfig { ShortSide = [size], LongSide = size, Flip = 0 },
    Schedule = new ScheduleConfig { BatchSize = batchSize },
    ChannelsLast = channelsLast,
};
string folder = Directory.CreateTempSubdirectory("panoptes-bench").FullName;
try
{
    using TrainableModel model = ModelFactory.Create(config, 80);
    model.To(channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
    using Optimizer optimizer = OptimizerFactory.Create(config.Optimizer, model);
    optimizer.LearningRate = 1e-4;
    using DataLoader loader = new([.. Enumerable.Range(0, batchSize).Select(Record)], LoaderOptions.FromConfig(config));
    model.Train();
    Console.WriteLine("panoptes" + (channelsLast ? "" : "-nchw"));
    while (Console.ReadLine() is not null)
    {
        long start = Stopwatch.GetTimestamp();
        using Batch batch = loader.Next();
        using TensorScope scope = new();
        Tensor images = Tensor.From<float>(batch.Pixels.Span, [batchSize, 3, batch.Height, batch.Width])
            .To(channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
        Tensor loss = model.ComputeLosses(images, batch).Terms.Select(t => t.Value).Aggregate((a, b) => a + b);
        loss.Backward();
        optimizer.Step();
        optimizer.ZeroGrad();
        loss.ToDouble();
        Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture));
    }

    Console.WriteLine((long)ProcessMemory.Peak());
}
finally
{
    Directory.Delete(folder, recursive: true);
}

ImageRecord Record(int n)
{
    byte[] pixels = new byte[size * size * 3];
    new Random(n).NextBytes(pixels);
    string path = Path.Combine(folder, $"{n}.png");
    Image.FromPixels(pixels, size, size, size * 3, PixelFormat.Rgb24).SavePng(path);
    return new ImageRecord(n + 1, path, size, size, [.. Enumerable.Range(0, objects).Select(k => Disc(n, k))]);
}

// Discs of many sizes; embedmask_eager.py makes the same ones.
ObjectRecord Disc(int n, int k)
{
    double side = size * (0.08 + (0.07 * k));
    double x = size * (0.2 + (0.6 * (((k * 0.37) + (n * 0.21)) % 1)));
    double y = size * (0.2 + (0.6 * (((k * 0.61) + (n * 0.43)) % 1)));
    byte[] mask = new byte[size * size];
    for (int row = 0; row < size; row++)
    {
        for (int column = 0; column < size; column++)
        {
            double dx = column + 0.5 - x, dy = row + 0.5 - y;
            mask[(row * size) + column] = (dx * dx) + (dy * dy) <= side * side / 4 ? (byte)1 : (byte)0;
        }
    }

    return new ObjectRecord
    {
        ClassIndex = k % 80,
        Box = new Box(x - (side / 2), y - (side / 2), x + (side / 2), y + (side / 2)).Clip(size, size),
        Mask = Rle.FromMask(mask, size, size),
    };
}

int Number(string name, int standard) =>
    Array.IndexOf(args, name) is >= 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
