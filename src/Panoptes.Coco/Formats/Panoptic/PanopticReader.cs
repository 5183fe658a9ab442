using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Reads COCO's panoptic JSON and its PNGs.</summary>
internal sealed class PanopticReader : IPanopticSource
{
    private readonly PanopticDataset _dataset;
    private readonly Dictionary<long, CocoImage> _images;
    private readonly string _folder;
    private readonly ConversionContext _context;

    /// <exception cref="InputException">The JSON is missing or malformed, or there is no folder.</exception>
    public PanopticReader(ConversionContext context)
    {
        string path = context.Options.Input;
        _context = context;
        List<string> skipped = [];
        _dataset = PanopticDataset.Read(path, context.Options.Limits, context.Options.Strict ? null : skipped, context.CancellationToken);
        skipped.ForEach(problem => context.Losses.Add(LossKind.InvalidObjects, problem.TrimEnd('.')));
        _images = _dataset.Images.ToDictionary(image => image.Id);
        _folder = context.Options.PngFolder ?? FolderOf(path);
        if (!Directory.Exists(_folder))
        {
            throw new InputException(
                InputErrorKind.NotFound, _folder, null,
                $"no such folder; it holds the PNGs of {path} (ConversionOptions.PngFolder names another one).");
        }

        // Results have no classes of their own.
        Categories = context.Classes?.ToPanoptic() ?? _dataset.Categories;
        if (Categories.Count == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                "is missing the key 'categories'; name a JSON that has them (ConversionOptions.Classes).");
        }
    }

    /// <inheritdoc />
    public int Count => _dataset.Annotations.Count;

    /// <inheritdoc />
    public IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>The folder of PNGs that belongs to a JSON: the one next to it with its name, as panopticapi has it.</summary>
    public static string FolderOf(string json) => Path.ChangeExtension(json, null);

    /// <inheritdoc />
    public PanopticScene Read(int index)
    {
        PanopticAnnotation annotation = _dataset.Annotations[index];
        string path = DatasetPath.Resolve(_folder, annotation.FileName);
        LabelMap labels = LabelMap.Load(path);
        CocoImage image = _images.GetValueOrDefault(annotation.ImageId) ?? new CocoImage(annotation.ImageId, annotation.FileName, 0, 0);
        if ((image.Width > 0 && image.Width != labels.Width) || (image.Height > 0 && image.Height != labels.Height))
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"is {labels.Width}x{labels.Height}, but image {image.Id} is {image.Width}x{image.Height}.");
        }

        Dictionary<int, long> pixels = labels.CountPixels();
        pixels.Remove(0);
        List<PanopticSegment> segments = [];
        foreach (PanopticSegment segment in annotation.Segments)
        {
            if (pixels.Remove(segment.Id))
            {
                segments.Add(segment);
            }
            else
            {
                _context.Losses.Add(LossKind.EmptySegments, PanopticResult.NameOf(image, segment));
            }
        }

        return pixels.Count == 0
            ? new PanopticScene(image with { Width = labels.Width, Height = labels.Height }, labels, segments)
            : throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"has the label {pixels.Keys.Min()}, but the segments_info of image {image.Id} has no such id.");
    }
}
