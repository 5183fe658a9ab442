using System.Text;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.View;

/// <summary>
/// Writes pages of a dataset's images with their objects drawn over them: <c>index.html</c>, <c>page2.html</c>, ..., with the images
/// as JPEG files next to them. They need no script and no server.
/// </summary>
public static class DatasetView
{
    /// <summary>Images that each core gets before the pages with them are written.</summary>
    private const int ImagesPerCore = 4;

    /// <summary>Draws the images with all cores and writes the pages, the first of them first.</summary>
    /// <remarks>An image that is missing or damaged has a place on its page that says so.</remarks>
    /// <param name="options">What to show.</param>
    /// <param name="outputFolder">Where the pages go; made if it is not there. Files of an earlier view are replaced.</param>
    /// <param name="progress">Told how many images are drawn; from several threads.</param>
    /// <param name="cancellationToken">Ends the work; pages that are written stay.</param>
    /// <exception cref="InputException">A file is missing or malformed, a class is unknown, or the images would overwrite the data
    /// set's own.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DatasetViewResult Write(
        DatasetViewOptions options,
        string outputFolder,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1, nameof(options));
        List<string> warnings = [];
        ViewPlan plan = Plan(options, warnings, cancellationToken);
        RequireOtherFolder(plan, outputFolder);
        Directory.CreateDirectory(Path.Combine(outputFolder, ImageDrawer.Folder));

        ImageDrawer drawer = new(plan, outputFolder, cancellationToken);
        ViewPage pages = new(plan);
        int pagesAtOnce = Math.Max(1, ImagesPerCore * Environment.ProcessorCount / options.PageSize);
        int imagesAtOnce = pagesAtOnce * options.PageSize;
        List<string> problems = [];
        int done = 0, annotations = 0, predictions = 0;
        for (int page = 0; page < plan.Pages; page += pagesAtOnce)
        {
            int first = page * options.PageSize;
            DrawnImage[] drawn = new DrawnImage[Math.Min(imagesAtOnce, plan.Images.Count - first)];
            ParallelInput.For(
                drawn.Length,
                i =>
                {
                    drawn[i] = drawer.Draw(plan.Images[first + i]);
                    progress?.Report((Interlocked.Increment(ref done), plan.Images.Count));
                },
                (_, message) => message,
                cancellationToken);
            annotations += drawn.Sum(image => image.GroundTruth.Count);
            predictions += drawn.Sum(image => image.Found.Count);
            problems.AddRange(drawn.Where(p => p.Problem is not null).Select(p => $"image {plan.Index.Images[p.Image].Id}: {p.Problem}"));
            for (int k = 0; k < pagesAtOnce && page + k < plan.Pages; k++)
            {
                string html = pages.ToHtml(page + k, [.. drawn.Skip(k * options.PageSize).Take(options.PageSize)]);
                AtomicFile.WriteAllBytes(Path.Combine(outputFolder, ViewPlan.FileOf(page + k)), Encoding.UTF8.GetBytes(html));
            }
        }

        return new DatasetViewResult(
            Path.Combine(outputFolder, ViewPlan.FileOf(0)), plan.Pages, plan.Images.Count, annotations, predictions, problems, warnings);
    }

    private static ViewPlan Plan(DatasetViewOptions options, List<string> warnings, CancellationToken cancellationToken)
    {
        bool isPanoptic = PanopticProbe.IsPanoptic(options.Annotations, cancellationToken);
        (CocoIndex index, IObjectSource groundTruth) = isPanoptic
            ? Panoptic(options, cancellationToken)
            : Instances(options, warnings, cancellationToken);
        DetectionSource? found = options.Predictions is { } path
            ? new DetectionSource(path, index, options.MinScore, cancellationToken)
            : null;
        if (found is { Strays: > 0 })
        {
            warnings.Add($"{found.Strays} predictions skipped that are for images which the dataset does not have");
        }

        CocoCategory[] unreadable = [.. index.Categories.Where(category => !Canvas.CanDraw(category.Name))];
        if (unreadable.Length > 0 && index.Categories.Count > 1)
        {
            const int shown = 5;
            string names = string.Join(", ", unreadable.Take(shown).Select(c => $"{c.Id} ({c.Name})"))
                + (unreadable.Length > shown ? ", ..." : "");
            warnings.Add($"classes are drawn as their numbers, since the letters of their names are missing here: {names}");
        }

        return new ViewPlan(index, groundTruth, found, options);
    }

    private static (CocoIndex Index, IObjectSource GroundTruth) Instances(
        DatasetViewOptions options, List<string> warnings, CancellationToken cancellationToken)
    {
        if (options.PanopticFolder is not null)
        {
            throw new InputException(
                InputErrorKind.Invalid, options.Annotations, null,
                "is not a panoptic dataset (no segments_info): a folder of PNGs does not belong to it.");
        }

        InstanceTable table = InstanceTable.LoadWithMasksIfAny(options.Annotations, options.Limits, cancellationToken);
        warnings.AddRange(DatasetWarning.Summarize(table.Warnings));
        return (table.Index, new InstanceSource(table));
    }

    private static (CocoIndex Index, IObjectSource GroundTruth) Panoptic(DatasetViewOptions options, CancellationToken cancellationToken)
    {
        string folder = options.PanopticFolder
            ?? throw new InputException(
                InputErrorKind.Invalid, options.Annotations, null,
                "is a panoptic dataset; the folder of its PNGs is needed too.");
        PanopticDataset dataset = PanopticDataset.Read(options.Annotations, options.Limits, skipped: null, cancellationToken);
        CocoIndex index = CocoIndex.Of(dataset, options.Annotations);
        return (index, new PanopticSource(dataset, index, folder));
    }

    /// <summary>Files named by ids go where the dataset's own images must not lie.</summary>
    private static void RequireOtherFolder(ViewPlan plan, string outputFolder)
    {
        string written = Path.GetFullPath(Path.Combine(outputFolder, ImageDrawer.Folder)) + Path.DirectorySeparatorChar;
        CocoImage? own = plan.Index.Images.FirstOrDefault(image =>
            PathComparison.IsInside(written, Path.Combine(plan.Options.Images, image.FileName)));
        if (own is not null)
        {
            throw InputException.ForSetting(
                null,
                $"{written} holds images of the dataset ({own.FileName}); the view needs a folder of its own.");
        }
    }
}
