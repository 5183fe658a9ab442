using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Panoptes;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.Panoptic;
using Panoptes.Testing;
using Panoptes.Training.Models;

// The assignment of pixels to queries, pixel by pixel as the paper defines it and the library's way, up to segments with their masks. With
// --write FOLDER the scene is left there for assign.py, which does the same in PyTorch. With --model FILE --images DIR [--threshold S]
// nothing is timed: both ways label the images of a folder by a trained network's embeddings, and where they differ is counted.
const int Height = 800, Width = 1066, WarmUp = 2000, Runs = 15; // milliseconds, times
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--model", string model, "--images", string images, .. string[] rest])
{
    try
    {
        return Compare(model, images, rest is ["--threshold", string score] ? double.Parse(score, CultureInfo.InvariantCulture) : null);
    }
    catch (InputException e)
    {
        Console.Error.WriteLine($"assign: {e.Message}");
        return 2;
    }
}

if (args is not ([] or ["--write", _]))
{
    Console.Error.WriteLine("assign: give nothing, or --model FILE --images DIR [--threshold S]");
    return 2;
}

MadeUpScene scene = new(Width, Height, proposals: 100, stuff: 53);
MadeUpScene smaller = new(Width, Height, proposals: 100, stuff: 53, original: (640, 480));
(float[][] vectors, (float X1, float Y1, float X2, float Y2)?[] boxes) = scene.Queries();
int[] labels = [];
Report("pixel by pixel", () =>
    labels = PlainAssignment.Label(scene.Embedding, scene.Cells.High, scene.Cells.Wide, Height, Width, vectors, boxes));
PanopticSegmentation found = Decode(scene);
Report($"CiaeDecoder, {Width}x{Height}", () => Decode(scene));
Report("CiaeDecoder, 640x480", () => Decode(smaller));

// Segments are numbered by rising label.
int[] present = [.. labels.Distinct().Where(l => l != 0).Order()];
int differing = labels.Index().Count(l => Array.IndexOf(present, l.Item) + 1 != found.Labels.Labels[l.Index]);
Console.WriteLine($"{found.Segments.Count} segments; the two ways differ in {differing} of {labels.Length} pixels");
if (args is [_, string folder])
{
    Save("embedding.f32", scene.Embedding.Span);
    Save("queries.f32", vectors.SelectMany(v => v).ToArray().AsSpan());
    float[] everywhere = [-1e9f, -1e9f, 1e9f, 1e9f];
    Save("boxes.f32", boxes.SelectMany(b => b is { } box ? [box.X1, box.Y1, box.X2, box.Y2] : everywhere).ToArray().AsSpan());
    Save("labels.i32", labels.AsSpan());

    void Save<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(values).ToArray());
}

return 0;

static int Compare(string model, string images, double? threshold)
{
    if (!Directory.Exists(images)) throw InputException.ForSetting($"--images {images}", "there is no such folder", InputErrorKind.NotFound);
    using TorchNetwork network = ModelFile.Load(model);
    string[] files = [.. Directory.EnumerateFiles(images).Where(ImageFiles.HasImageExtension).Order()];
    AssignmentComparison all = new(0, 0, 0, 0, 0);
    foreach (string file in files)
    {
        all += AssignmentComparison.Of(network, Image.Load(file), threshold);
    }

    Console.WriteLine(
        $"{files.Length} images, {all.Instances} instances as queries: {all.Pixels} pixels, {all.Differing} differ, "
        + $"of which {all.Ties} are exact ties; the largest difference of the two cosines is {all.LargestGap:0.0e+0}");
    return 0;
}

static PanopticSegmentation Decode(MadeUpScene scene)
{
    using NetworkOutput output = scene.Output();
    return new CiaeDecoder(scene.Card).Decode(output, scene.Input, 0, scene.Detections).Panoptic;
}

static void Report(string what, Action work)
{
    long begun = Stopwatch.GetTimestamp();
    while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < WarmUp)
    {
        work(); // until the runtime has compiled it well
    }

    double[] times = new double[Runs];
    TimeSpan processor = Environment.CpuUsage.TotalTime;
    for (int i = 0; i < Runs; i++)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    processor = Environment.CpuUsage.TotalTime - processor;
    Array.Sort(times);
    Console.WriteLine(
        $"{what,-24} {times[Runs / 2],8:0.0} ms (from {times[0]:0.0} to {times[^1]:0.0}), "
        + $"{processor.TotalMilliseconds / Runs:0.0} ms of processor time");
}
