using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Panoptes.Benchmarks.Assign;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.Panoptic;

// The assignment of pixels to queries, pixel by pixel as the paper defines it and the library's way. With --write FOLDER the scene is left there
// for assign.py, which does the same in PyTorch.
const int Runs = 15;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var scene = new MadeUpScene(1066, 800, proposals: 100, stuff: 53).Input;
MadeUpScene same = new(1066, 800, proposals: 100, stuff: 53);
MadeUpScene small = new(1066, 800, proposals: 100, stuff: 53, original: (640, 480));
(float[][] vectors, (float X1, float Y1, float X2, float Y2)?[] boxes) = same.Queries();
(int high, int wide) = same.Cells;
int[] labels = [];
Report("pixel by pixel", () => labels = PlainAssignment.Label(same.Embedding, high, wide, 800, 1066, vectors, boxes));
PanopticSegmentation found = Decode(same);
Report("CiaeDecoder, 1066x800", () => Decode(same));
Report("CiaeDecoder, 640x480", () => Decode(small));
int[] ids = Number(labels);
Console.WriteLine($"{found.Segments.Count} segments; the ways differ in {ids.Zip(found.Labels.Labels.ToArray(), (a, b) => a != b).Count(d => d)} of {ids.Length} pixels");
if (args is ["--write", string folder])
{
    Write(folder);
}

static PanopticSegmentation Decode(MadeUpScene scene)
{
    using NetworkOutput output = scene.Output();
    return new CiaeDecoder(scene.Card).Decode(output, scene.Input, 0, scene.Detections).Panoptic;
}

// Segments are numbered by rising label.
static int[] Number(int[] labels)
{
    int[] present = [.. labels.Distinct().Where(l => l != 0).Order()];
    return [.. labels.Select(l => Array.IndexOf(present, l) + 1)];
}

static void Report(string what, Action work)
{
    work();
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
    Console.WriteLine($"{what,-24} {times[Runs / 2],8:0.0} ms (from {times[0]:0.0} to {times[^1]:0.0}), processor time {processor.TotalMilliseconds / Runs:0.0} ms");
}

void Write(string folder)
{
    Save("embedding.f32", same.Embedding.Span);
    Save("queries.f32", vectors.SelectMany(v => v).ToArray());
    Save("boxes.f32", boxes.SelectMany(b => b is { } box ? [box.X1, box.Y1, box.X2, box.Y2] : new float[] { -1e9f, -1e9f, 1e9f, 1e9f }).ToArray());
    File.WriteAllBytes(Path.Combine(folder, "labels.i32"), MemoryMarshal.AsBytes<int>(labels).ToArray());

    void Save(string name, ReadOnlySpan<float> values) => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(values).ToArray());
}
