using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>
/// Objects with a mask each as a panoptic dataset. Objects that overlap are drawn as <see cref="LabelPainter"/> says, and what that covers
/// is named.
/// </summary>
internal sealed class PaintedSource : IPanopticSource
{
    private const int LargestId = 0xFFFFFF; // three bytes of a color

    private readonly IReadOnlyList<CocoImage> _images;
    private ILookup<long, DetectionAnnotation> _annotations;
    private readonly ConversionContext _context;

    private PaintedSource(
        IReadOnlyList<CocoImage> images,
        IEnumerable<PanopticCategory> categories,
        IReadOnlyList<DetectionAnnotation> annotations,
        ConversionContext context)
    {
        _images = images;
        _annotations = Number(annotations, context.Losses).ToLookup(a => a.ImageId);
        _context = context;
        Categories = [.. categories.OrderBy(c => c.Id)];
    }

    /// <inheritdoc />
    public int Count => _images.Count;

    /// <inheritdoc />
    public IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>Reads panopticapi's detection format.</summary>
    /// <exception cref="InputException">The file is missing or malformed, or does not tell things from stuff.</exception>
    public static PaintedSource Detections(ConversionContext context)
    {
        string path = context.Options.Input;
        context.Header!.Skipped.ForEach(problem => context.Losses.Add(LossKind.InvalidObjects, problem));
        List<DetectionAnnotation> annotations = DetectionFile.Read(path, context);
        ClassList classes = context.Classes ?? ClassList.Of(path, context.Header!.Categories);
        if (context.Classes is null && classes.Categories.Any(c => c.IsThing is null))
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                "its categories do not say which are things (isthing); name a JSON that does (ConversionOptions.Classes).");
        }

        PaintedSource source = new(context.Header!.Images, classes.ToPanoptic(), annotations, context);
        source.Check(path);
        return source;
    }

    /// <summary>Takes objects as things.</summary>
    /// <exception cref="InputException">The classes asked for have none of the objects'.</exception>
    public static PaintedSource Things(InstanceDataset dataset, ConversionContext context)
    {
        IEnumerable<PanopticCategory> categories = context.Classes is { } given && given.Categories.Any(c => c.IsThing is not null)
            ? given.ToPanoptic()
            : dataset.Categories.Select((c, i) => new PanopticCategory(c.Id, c.Name, IsThing: true, Palette.ColorOf(i), c.Supercategory));
        foreach (CocoAnnotation annotation in dataset.Annotations)
        {
            InstanceLosses.AddPixels(annotation, context);
            context.Losses.Add(LossKind.Broken, InstanceLosses.NameOf(annotation), annotation.Segmentation is null ? 1 : 0);
        }

        PaintedSource source = new(
            dataset.Images,
            categories,
            [
                .. dataset.Annotations.Where(a => a.Segmentation is not null).Select(a => new DetectionAnnotation(
                    a.ImageId, a.Id, SegmentId: null, a.CategoryId, Area: null, Bbox: null, a.IsCrowd, a.Segmentation!)),
            ],
            context);
        source.Check(context.Options.Input);
        return source;
    }

    /// <inheritdoc />
    public PanopticScene Read(int index)
    {
        CocoImage image = _images[index];
        if (image.Width == 0 || image.Height == 0)
        {
            ImageSize size = FormatImageFiles.SizeOf(_context.Options.Images, image.FileName);
            image = image with { Width = size.Width, Height = size.Height };
        }

        DetectionAnnotation[] annotations = [.. _annotations[image.Id]];
        LabelPainter.Layer[] layers =
        [
            .. annotations.Select(a => new LabelPainter.Layer(MaskOf(a, image), a.SegmentId!.Value, a.IsCrowd, $"annotation {a.Id}")),
        ];
        LabelMap labels = LabelPainter.Paint(image.Width, image.Height, layers, _context.Losses);
        Dictionary<int, long> visible = labels.CountPixels();
        List<PanopticSegment> segments = [];
        for (int i = 0; i < layers.Length; i++)
        {
            if (visible.TryGetValue(layers[i].Label, out long pixels))
            {
                bool whole = pixels == layers[i].Mask.Area;
                DetectionAnnotation a = annotations[i];
                segments.Add(new PanopticSegment(layers[i].Label, a.CategoryId, whole ? a.Area : null, a.IsCrowd, whole ? a.Bbox : null));
            }
        }

        return new PanopticScene(image, labels, segments);
    }

    private static Rle MaskOf(DetectionAnnotation annotation, CocoImage image)
    {
        try
        {
            return annotation.Outline.ToRle(image.Height, image.Width);
        }
        catch (InputException e)
        {
            throw InputException.InContent($"annotation {annotation.Id}", $"segmentation: {e.Message}", inner: e);
        }
    }

    /// <summary>
    /// Gives the segments ids: those they had, else those of the annotations where they fit, else what is free in the whole dataset.
    /// </summary>
    private static IEnumerable<DetectionAnnotation> Number(IReadOnlyList<DetectionAnnotation> annotations, LossLog losses)
    {
        HashSet<long> taken = [.. annotations.Select(Wanted)];
        int free = 1;
        foreach (DetectionAnnotation annotation in annotations)
        {
            if (Wanted(annotation) is >= 1 and <= LargestId and var id)
            {
                yield return annotation with { SegmentId = (int)id };
                continue;
            }

            while (!taken.Add(free))
            {
                free++;
            }

            losses.Add(LossKind.AnnotationIds, $"annotation {annotation.Id}");
            yield return annotation with { SegmentId = free };
        }

        static long Wanted(DetectionAnnotation annotation) => annotation.SegmentId ?? annotation.Id;
    }

    /// <summary>Removes what belongs to no image or class; a conversion that is strict stops there.</summary>
    private void Check(string path)
    {
        HashSet<long> images = [.. _images.Select(image => image.Id)];
        HashSet<long> classes = [.. Categories.Select(c => c.Id)];
        HashSet<(long, int)> segments = [];
        _annotations = _annotations.SelectMany(group => group)
            .Where(annotation => _context.Read(LossKind.InvalidObjects, () => Checked(annotation)) is not null)
            .ToLookup(annotation => annotation.ImageId);

        DetectionAnnotation Checked(DetectionAnnotation annotation)
        {
            if (!segments.Add((annotation.ImageId, annotation.SegmentId!.Value)))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, $"annotation {annotation.Id}",
                    $"the segment_id {annotation.SegmentId} occurs twice in its image.");
            }

            if (!images.Contains(annotation.ImageId))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, $"annotation {annotation.Id}",
                    $"image_id is {annotation.ImageId}, but images has no such id.");
            }

            if (!classes.Contains(annotation.CategoryId))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, $"annotation {annotation.Id}",
                    $"category_id is {annotation.CategoryId}, "
                    + $"but {_context.Classes?.Source ?? "categories"} has no such id.");
            }

            return annotation;
        }
    }
}
