// What the parts of the tracker are worth on drawn videos with known tracks, and how fast it is.
// tracking              figures with and without each part, seen by a noisy detector and by a perfect one
// tracking speed        images a second of the tracker alone, with 20 and 200 objects
// tracking draw DIR     a drawn video as images, with its ground truth next to them (DIR/frames, DIR/tracks.json)
using System.Diagnostics;
using System.Globalization;
using Panoptes;
using Panoptes.Coco.Evaluation.Tracking;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Tracks;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;
using Panoptes.Masks;
using Panoptes.Testing;
using Panoptes.Training.Scenes;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int frames = 120;
string[] names = [.. SceneCategories.Things.Select(category => category.Name)];
CocoCategory[] categories = [.. SceneCategories.Things.Select(category => new CocoCategory(category.Id, category.Name))];
switch (args)
{
    case ["speed"]:
        Speed(20);
        Speed(200);
        break;
    case ["draw", string folder, ..]:
        DrawVideo(folder, args.Length > 2 ? ulong.Parse(args[2]) : 300);
        break;
    default:
        // Other videos than those that the thresholds were chosen by (0 to 9).
        Compare("12 things of 8 classes, noisy detector", things: 12, classes: 8, noise: 1);
        Compare("20 things of 1 class, noisy detector", things: 20, classes: 1, noise: 1);
        Compare("12 things of 8 classes, perfect detector", things: 12, classes: 8, noise: 0);
        break;
}

void Compare(string title, int things, int classes, double noise)
{
    List<TrackVideo> truth = [];
    List<Segmentation[]> found = [];
    for (ulong seed = 100; seed < 120; seed++)
    {
        MovingScene scene = new(new MovingSceneOptions { Seed = seed, Things = things, ThingClasses = classes });
        MovingFrame[] drawn = [.. Enumerable.Range(0, frames).Select(scene.Draw)];
        NoisyDetector detector = new((int)seed, noise);
        truth.Add(new TrackVideo($"{seed}", 320, 240, [.. drawn.Select(frame => frame.ToObjects())]));
        found.Add([.. drawn.Select(frame => detector.Detect(
            frame.Image.Size, names, frame.Things.Select(t => (Array.IndexOf(names, t.Category.Name), t.Mask, t.VisiblePart))))]);
    }

    Console.WriteLine($"{title}: {truth.Sum(video => video.Frames.Sum(frame => frame.Count))} objects in {truth.Count * frames} images");
    Console.WriteLine("                        HOTA  DetA  AssA  IDF1   MOTA        id switches  tracks");
    Row("all parts", new TrackingOptions());
    Row("without occlusion", new TrackingOptions { ExpectOcclusion = false });
    Row("without motion", new TrackingOptions { PredictMotion = false });
    Row("without second stage", new TrackingOptions { LowScore = 0.5 });
    Row("masks only", new TrackingOptions { Overlap = TrackOverlap.Mask });
    Row("boxes only", new TrackingOptions { Overlap = TrackOverlap.Box });
    Row("none of them", new TrackingOptions
    {
        ExpectOcclusion = false, PredictMotion = false, LowScore = 0.5, Overlap = TrackOverlap.Box,
    });
    Console.WriteLine();

    void Row(string name, TrackingOptions options)
    {
        List<TrackVideo> tracked = [];
        for (int v = 0; v < found.Count; v++)
        {
            Tracker tracker = new(options);
            tracked.Add(truth[v] with { Frames = [.. found[v].Select(frame => tracker.Update(frame).ToObjects())] });
        }

        TrackingFigures all = TrackingQuality.Score(new TrackDataset(categories, truth), new TrackDataset(categories, tracked)).All;
        string figures = string.Join("  ", new[] { all.Hota, all.DetA, all.AssA, all.Idf1, all.Mota }.Select(f => $"{100 * f,4:0.0}"));
        Console.WriteLine($"{name,-22}  {figures}  {all.IdSwitches,17}  {all.PredictedTracks} of {all.Tracks}");
    }
}

// Ellipses of people's size that walk over a Full HD image.
void Speed(int objects)
{
    Random random = new(1);
    ImageSize size = new(1920, 1080);
    (double X, double Y, double Dx, double Dy)[] walkers =
    [
        .. Enumerable.Range(0, objects).Select(_ => (
            1900 * random.NextDouble(), 1060 * random.NextDouble(), (6 * random.NextDouble()) - 3, (4 * random.NextDouble()) - 2)),
    ];
    Segmentation[] found = new Segmentation[200];
    for (int t = 0; t < found.Length; t++)
    {
        List<Instance> instances = [];
        foreach ((double x, double y, double dx, double dy) in walkers)
        {
            double[] outline = [.. Enumerable.Range(0, 40).SelectMany(i =>
                new[] { x + (dx * t) + (30 * Math.Cos(i * Math.PI / 20)), y + (dy * t) + (70 * Math.Sin(i * Math.PI / 20)) })];
            Rle mask = Rle.FromPolygon(outline, size.Height, size.Width);
            if (!mask.IsEmpty) instances.Add(new Instance(0, "person", 1, 0.6f + (0.3f * random.NextSingle()), mask.Bounds, mask));
        }

        found[t] = new Segmentation(size.Width, size.Height, instances, new SegmentationTimings());
    }

    double best = double.PositiveInfinity;
    for (int run = 0; run < 5; run++)
    {
        Tracker tracker = new();
        long start = Stopwatch.GetTimestamp();
        foreach (Segmentation frame in found) tracker.Update(frame);
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    Console.WriteLine($"{found.Average(frame => frame.Instances.Count),5:0.0} objects in an image of {size}: {found.Length / best:0} images/s");
}

void DrawVideo(string folder, ulong seed)
{
    MovingScene scene = new(new MovingSceneOptions { Seed = seed, Things = 10 });
    Directory.CreateDirectory(Path.Combine(folder, "frames"));
    using TrackWriter writer = new(Path.Combine(folder, "tracks.json"), categories);
    writer.BeginVideo("frames", 320, 240, frame => $"{frame + 1:000}.png", 25);
    for (int t = 0; t < frames; t++)
    {
        MovingFrame frame = scene.Draw(t);
        frame.Image.SavePng(Path.Combine(folder, "frames", $"{t + 1:000}.png"));
        writer.AddFrame(frame.ToObjects());
    }

    writer.Complete();
}
