using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Training.Data;

namespace Panoptes.Training.Engine;

/// <summary>What a model is measured on: images with their objects, and perhaps every pixel's segment.</summary>
/// <param name="Objects">The images and their objects, for AP.</param>
/// <param name="ImagesFolder">The folder of the images.</param>
public sealed record EvaluationData(InstanceDataset Objects, string ImagesFolder)
{
    /// <summary>The segments, for panoptic quality, of just the images of <see cref="Objects"/>; null for only objects.</summary>
    public PanopticDataset? Panoptic { get; init; }

    /// <summary>The folder of the segments' PNGs.</summary>
    public string PanopticFolder { get; init; } = "";

    /// <summary>How large the images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>What was odd about the annotations and has been repaired; one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Reads objects, segments, or both. Segments without objects give their things as objects, which takes reading all their PNGs; with
    /// both, the objects are those of the images that have segments.
    /// </summary>
    /// <param name="imagesFolder">The folder of the images.</param>
    /// <param name="annotations">A COCO instances file; null for only segments.</param>
    /// <param name="panoptic">A COCO panoptic file; null for only objects.</param>
    /// <param name="panopticFolder">The folder of its PNGs; null without it.</param>
    /// <param name="limit">Only this many images of a panoptic file, the first ones; null takes all.</param>
    /// <param name="limits">How large the images may be (<see cref="Limits"/>); null for the defaults.</param>
    /// <exception cref="InputException">A file is missing or wrong, or the two do not belong together.</exception>
    public static EvaluationData Load(
        string imagesFolder, string? annotations, string? panoptic, string? panopticFolder, int? limit = null, InputLimits? limits = null)
    {
        limits ??= InputLimits.Default;
        InstanceDatasetOptions reading = new() { Limits = limits };
        if (panoptic is null)
        {
            InstanceDataset objects = InstanceDataset.Load(
                annotations ?? throw new ArgumentException("objects or segments are needed", nameof(annotations)), reading);
            return new EvaluationData(objects, imagesFolder) { Limits = limits, Warnings = objects.DescribeWarnings() };
        }

        ArgumentNullException.ThrowIfNull(panopticFolder);
        PanopticDataset segments = PanopticImages.Load(panoptic, limits);
        PanopticAnnotation[] annotated = [.. segments.Annotations.Take(limit ?? int.MaxValue)];
        Dictionary<long, CocoImage> images = segments.Images.ToDictionary(image => image.Id);
        segments = segments with { Annotations = annotated, Images = [.. annotated.Select(a => images[a.ImageId])] };
        if (annotations is null)
        {
            return new EvaluationData(PanopticImages.ReadObjects(segments, panopticFolder), imagesFolder)
            {
                Panoptic = segments,
                PanopticFolder = panopticFolder,
                Limits = limits,
            };
        }

        InstanceDataset all = InstanceDataset.Load(annotations, reading);
        return new EvaluationData(Choose(all, segments, annotations, panoptic), imagesFolder)
        {
            Panoptic = segments,
            PanopticFolder = panopticFolder,
            Limits = limits,
            Warnings = all.DescribeWarnings(),
        };
    }

    /// <summary>Reads an image of the dataset.</summary>
    /// <exception cref="InputException">It is missing, unreadable or too large.</exception>
    internal Image Read(CocoImage image, CancellationToken cancellationToken) => Image.Load(
        DatasetPath.Resolve(ImagesFolder, image.FileName), new DecodeOptions { Limits = Limits, CancellationToken = cancellationToken });

    /// <summary>The annotated images with their segments, in the order of <see cref="Objects"/>; empty for only objects.</summary>
    internal IReadOnlyList<ImageRecord> ListSegments() => Panoptic is null
        ? []
        : PanopticImages.From(Panoptic, ImagesFolder, PanopticFolder, stuff: true, filterEmpty: false);

    /// <summary>The objects of the images that have segments, in their order.</summary>
    private static InstanceDataset Choose(InstanceDataset all, PanopticDataset segments, string annotations, string panoptic)
    {
        int[] places = [.. segments.Images.Select(image => all.IndexOfImage(image.Id))];
        int missing = Array.IndexOf(places, -1);
        if (missing >= 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                $"does not have the image {segments.Images[missing].Id} of {panoptic}");
        }

        ClassMatch.ByName(
            [.. segments.Categories.Where(c => c.IsThing).Select(c => (c.Id, c.Name))],
            panoptic,
            [.. all.Categories.Select(c => (c.Id, c.Name))],
            annotations);
        return InstanceDataset.Create(
            places.Select(place => all.Images[place]), all.Categories, places.SelectMany(place => all.AnnotationsOf(place)));
    }
}
