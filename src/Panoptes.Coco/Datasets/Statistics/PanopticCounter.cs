using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Counts a panoptic dataset.</summary>
internal static class PanopticCounter
{
    private const int Unlabeled = 0;

    public static DatasetStatistics Count(
        string path, StatisticsOptions options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        PanopticDataset dataset = PanopticDataset.Read(path, options.Limits, skipped: null, cancellationToken);
        CocoIndex index = CocoIndex.Of(dataset, path);
        ImageLabels[]? labels = options.PanopticFolder is { } folder ? Read(dataset, folder, progress, cancellationToken) : null;
        ImageSize[] sizes = [.. index.Images.Select(image => new ImageSize(image.Width, image.Height))];
        for (int i = 0; i < labels?.Length; i++)
        {
            sizes[index.IndexOfImage(dataset.Annotations[i].ImageId)] = labels[i].Size;
        }

        StatisticsBuilder builder = new(sizes, [.. dataset.Categories.Select(c => new ClassTally(c.Id, c.Name, c.IsThing))], options);
        PanopticPixels pixels = new(0, 0, labels is null ? null : 0, 0);
        for (int i = 0; i < dataset.Annotations.Count; i++)
        {
            PanopticAnnotation annotation = dataset.Annotations[i];
            int image = index.IndexOfImage(annotation.ImageId);
            foreach (PanopticSegment segment in annotation.Segments)
            {
                int category = index.IndexOfCategory(segment.CategoryId);
                bool isStuff = !dataset.Categories[category].IsThing;
                long? area = labels?[i].Pixels.GetValueOrDefault(segment.Id) ?? segment.Area;
                builder.Add(image, new ObjectFacts(category, area ?? double.NaN, segment.Bbox, segment.IsCrowd, isStuff));
                pixels = isStuff
                    ? pixels with { Stuff = pixels.Stuff + (area ?? 0) }
                    : pixels with { Things = pixels.Things + (area ?? 0) };
            }

            pixels = pixels with
            {
                Void = pixels.Void + labels?[i].Pixels.GetValueOrDefault(Unlabeled),
                Total = pixels.Total + sizes[image].Pixels,
            };
        }

        return builder.Build(masks: null, pixels, []);
    }

    private static ImageLabels[] Read(
        PanopticDataset dataset, string folder, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        ImageLabels[] images = new ImageLabels[dataset.Annotations.Count];
        int done = 0;
        ParallelInput.For(
            images.Length,
            i =>
            {
                PanopticAnnotation annotation = dataset.Annotations[i];
                LabelMap map = LabelMap.Load(DatasetPath.Resolve(folder, annotation.FileName));
                images[i] = new ImageLabels(new ImageSize(map.Width, map.Height), map.CountPixels());
                Check(annotation, images[i].Pixels, DatasetPath.Resolve(folder, annotation.FileName));
                progress?.Report((Interlocked.Increment(ref done), images.Length));
            },
            (i, message) => $"image {dataset.Annotations[i].ImageId}: {message.TrimEnd('.')}.",
            cancellationToken);
        return images;
    }

    private static void Check(PanopticAnnotation annotation, Dictionary<int, long> pixels, string path)
    {
        foreach (int label in pixels.Keys.Except(annotation.Segments.Select(s => s.Id)).Where(label => label != Unlabeled))
        {
            throw InputException
                .InContent(null, $"{annotation.FileName} has the label {label}, which segments_info does not have")
                .OfFile(path);
        }
    }

    /// <summary>The size of an image's PNG, and the pixels of each label.</summary>
    private readonly record struct ImageLabels(ImageSize Size, Dictionary<int, long> Pixels);
}
