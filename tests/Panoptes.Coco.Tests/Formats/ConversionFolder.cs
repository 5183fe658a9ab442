using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>A folder of its own for a test, with what converts in it and compares.</summary>
internal sealed class ConversionFolder : IDisposable
{
    public const int Width = 40;
    public const int Height = 30;

    public string Path { get; } = Directory.CreateTempSubdirectory("panoptes-convert").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>The path of something in the folder.</summary>
    public string Full(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, with the folders it needs.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Full(name))!);
        File.WriteAllText(Full(name), text);
        return Full(name);
    }

    /// <summary>Converts something by its full path or its name in the folder.</summary>
    public ConversionResult Convert(
        DatasetFormat from, string input, DatasetFormat to, string output, Func<ConversionOptions, ConversionOptions>? adjust = null)
    {
        ConversionOptions options = new() { From = from, Input = Full(input), To = to, Output = Full(output) };
        return DatasetConverter.Convert(
            adjust is null ? options : adjust(options), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Two images, one in a folder and without objects, and all kinds of objects: crowd, hole, several polygons, overlapping ones, one
    /// that leaves the image, one with odd coordinates. Writes the images to <c>images</c> and the JSON to <c>all.json</c>.
    /// </summary>
    public InstanceDataset WriteEdgeCases()
    {
        Rle hole = Rle.FromPolygon([2, 2, 14, 2, 14, 12, 2, 12], Height, Width).Intersect(
            Rle.FromPolygon([5, 5, 9, 5, 9, 9, 5, 9], Height, Width).Complement());
        Rle crowd = Rle.FromPolygons([[20, 2, 24, 2, 24, 6, 20, 6], [30, 2, 34, 2, 34, 6, 30, 6]], Height, Width);
        (CocoSegmentation Outline, bool IsCrowd, int Class)[] objects =
        [
            (CocoSegmentation.FromPolygons([[1.3, 15.1, 9.7, 14.9, 8.2, 22.35]]), false, 7),
            (CocoSegmentation.FromPolygons([[12, 15, 16, 15, 16, 19, 12, 19], [18, 21, 18, 25, 22, 25, 22, 21]]), false, 3),
            (CocoSegmentation.FromPolygons([[25, 10, 31, 10, 31, 16, 25, 16], [28, 13, 35, 13, 35, 19, 28, 19]]), false, 3),
            (CocoSegmentation.FromPolygons([[33, 22, 47.5, 20, 46, 33, 31, 34]]), false, 7),
            (CocoSegmentation.FromRle(hole), false, 3),
            (CocoSegmentation.FromRle(crowd), true, 7),
        ];
        CocoAnnotation[] annotations =
        [
            .. objects.Select((o, i) =>
            {
                Box bounds = o.Outline.ToRle(Height, Width).Bounds;
                return new CocoAnnotation(
                    100 + i, 5, o.Class, BoxXywh.FromBox(bounds), o.Outline.ToRle(Height, Width).Area, o.IsCrowd, o.Outline);
            }),
        ];
        InstanceDataset dataset = InstanceDataset.Create(
            [new CocoImage(9, "grün/leer.png", Width, Height), new CocoImage(5, "ein Bild ✓.png", Width, Height)],
            [new CocoCategory(3, "Bäume, hohe"), new CocoCategory(7, "person", "living")],
            annotations);
        foreach (CocoImage image in dataset.Images)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Full($"images/{image.FileName}"))!);
            new Image(Width, Height).SavePng(Full($"images/{image.FileName}"));
        }

        CocoWriter.WriteInstances(Full("all.json"), dataset);
        return dataset;
    }

    /// <summary>How many losses of a kind there were.</summary>
    public static long Count(ConversionResult result, LossKind kind) => result.Losses.SingleOrDefault(l => l.Kind == kind)?.Count ?? 0;

    /// <summary>The mask of each object of an image, in order.</summary>
    public static Rle[] Masks(InstanceDataset dataset, long imageId)
    {
        int index = dataset.IndexOfImage(imageId);
        CocoImage image = dataset.Images[index];
        return [.. dataset.AnnotationsOf(index).Select(a => a.ToRle(image.Height, image.Width))];
    }

    /// <summary>Checks that two label PNGs have the same samples.</summary>
    public static void SameLabels(string expected, string actual)
    {
        LabelMap one = LabelMap.Load(expected);
        LabelMap other = LabelMap.Load(actual);
        Assert.Equal((one.Width, one.Height), (other.Width, other.Height));
        Assert.True(one.Labels.SequenceEqual(other.Labels), $"{expected} and {actual} differ");
    }
}
