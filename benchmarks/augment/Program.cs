using System.Diagnostics;
using System.Globalization;
using Panoptes;
using Panoptes.Coco.Files;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

// Milliseconds that one thread needs to make a training image and its targets, with each augmentation alone: images that are decoded
// already, as a training that keeps them in memory has them. The variants take turns, a batch each.
// Usage: Augment IMAGES ANNOTATIONS [BATCHES] [key=value ...]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] settings = [.. args.Where(a => a.Contains('='))];
if (args.Except(settings).ToArray() is not [string images, string annotations, .. string[] rest])
{
    Console.Error.WriteLine("augment: give the folder of the images and their COCO annotations, and perhaps how many batches to time (100)");
    return 2;
}

int batches = rest is [string count] ? int.Parse(count, CultureInfo.InvariantCulture) : 100;
(string Name, string[] Settings)[] variants =
[
    ("as shipped", []),
    ("scale_jitter [0.5, 2]", ["input.scale_jitter=[0.5, 2]"]),
    ("color_jitter", ["input.color_jitter.brightness=0.4", "input.color_jitter.contrast=0.4", "input.color_jitter.saturation=0.4"]),
    ("color_jitter with hue", ["input.color_jitter.brightness=0.4", "input.color_jitter.contrast=0.4",
        "input.color_jitter.saturation=0.4", "input.color_jitter.hue=0.1"]),
    ("copy_paste 1", ["input.copy_paste=1"]),
    ("mosaic 1", ["input.mosaic=1"]),
];
try
{
    IReadOnlyList<ImageRecord> records = CocoImages.From(InstanceDataset.Load(annotations), images, filterEmpty: true, limit: 200);
    DataLoader[] loaders = [.. variants.Select(variant => Open(records, variant.Settings))];
    double[][] times = [.. variants.Select(_ => new double[batches])];
    int size = 0;
    for (int n = -records.Count; n < batches; n++) // as many batches as images: several times through them, which fills the cache
    {
        for (int i = 0; i < loaders.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Batch batch = loaders[i].Next();
            size = batch.Images.Count;
            if (n >= 0) times[i][n] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / size;
        }
    }

    Console.WriteLine($"{records.Count} images, {batches} batches of {size} each, ms per image: median (least to most)");
    for (int i = 0; i < variants.Length; i++)
    {
        Array.Sort(times[i]);
        Console.WriteLine($"{variants[i].Name,-24}{times[i][batches / 2],8:F2} ({times[i][0]:F2} to {times[i][^1]:F2})");
        loaders[i].Dispose();
    }

    return 0;
}
catch (InputException e)
{
    Console.Error.WriteLine($"augment: {e.Message}");
    return 2;
}

DataLoader Open(IReadOnlyList<ImageRecord> records, string[] own)
{
    string configuration = Path.Combine(AppContext.BaseDirectory, "configs", "models", "embedmask_finetune.yaml");
    PanoptesConfig config = ConfigLoader.Load(configuration, ["model.weights=null", "replicas=1", .. settings, .. own]);
    return new DataLoader(records, LoaderOptions.FromConfig(config) with { Workers = 0 });
}
