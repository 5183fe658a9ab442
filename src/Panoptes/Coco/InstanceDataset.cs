using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>
/// A data set for instance segmentation: pictures, classes, and the objects in the pictures, as COCO's JSON holds them. Checked when
/// made: every object belongs to a known picture and class, and ids occur once.
/// </summary>
public sealed class InstanceDataset
{
    private readonly CocoAnnotation[] _annotations;
    private readonly int[] _firstOfImage;
    private readonly Dictionary<long, int> _imageIndex;
    private readonly Dictionary<int, int> _classIndex;

    private InstanceDataset(
        CocoImage[] images,
        CocoCategory[] categories,
        CocoAnnotation[] annotations,
        Dictionary<long, int> imageIndex,
        Dictionary<int, int> classIndex,
        IReadOnlyList<DatasetWarning> warnings)
    {
        Images = images;
        Categories = categories;
        Warnings = warnings;
        _imageIndex = imageIndex;
        _classIndex = classIndex;
        (_annotations, _firstOfImage) = GroupByImage(annotations, images.Length, imageIndex);
    }

    /// <summary>The pictures, in the file's order.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>The classes by ascending id; a class's place in this list is its contiguous class index.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>All objects, grouped by picture in the order of <see cref="Images"/>; in a picture in the file's order.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations => _annotations;

    /// <summary>What was odd in the file and has been repaired.</summary>
    public IReadOnlyList<DatasetWarning> Warnings { get; }

    /// <summary>Reads an instance JSON.</summary>
    /// <remarks>
    /// The file streams through a small buffer. Polygons with fewer than 6 numbers or an odd count are removed, and objects dropped
    /// that have no mask left (not when masks are not read); a missing box or area is taken from the mask. Each of these is a warning.
    /// Whatever else is wrong stops the reading.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing or malformed: not JSON, a key missing, a number not finite, an unknown
    /// picture or class, an id twice, a mask of another size than its picture. The message names file, object, key and value.</exception>
    public static InstanceDataset Load(string path, InstanceDatasetOptions? options = null)
    {
        options ??= new InstanceDatasetOptions();
        try
        {
            InstanceDatasetReader reader = CocoJson.Read(path, (ref JsonFileReader json) =>
            {
                InstanceDatasetReader reader = new(options);
                reader.Read(ref json);
                return reader;
            });
            return Build(reader.Images, reader.Categories, reader.Annotations, options.Masks, reader.Warnings);
        }
        catch (InputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Makes a data set in memory.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="categories">The classes, in any order.</param>
    /// <param name="annotations">The objects, in any order.</param>
    /// <exception cref="InputException">An id occurs twice, an object has no such picture or class, or a mask of another size.</exception>
    public static InstanceDataset Create(
        IEnumerable<CocoImage> images, IEnumerable<CocoCategory> categories, IEnumerable<CocoAnnotation> annotations) => Build(
            [.. images],
            [.. categories],
            annotations.Select(a => new InstanceDraft(a.Id, a.ImageId, a.CategoryId, a.Bbox, a.Area, a.IsCrowd, a.Segmentation)),
            masks: false,
            []);

    /// <summary>The objects of one picture.</summary>
    /// <param name="imageIndex">The picture's place in <see cref="Images"/>.</param>
    public ArraySegment<CocoAnnotation> AnnotationsOf(int imageIndex) =>
        new(_annotations, _firstOfImage[imageIndex], _firstOfImage[imageIndex + 1] - _firstOfImage[imageIndex]);

    /// <summary>A picture's place in <see cref="Images"/>, or −1.</summary>
    public int IndexOfImage(long imageId) => _imageIndex.GetValueOrDefault(imageId, -1);

    /// <summary>A class's place in <see cref="Categories"/>, or −1.</summary>
    public int IndexOfCategory(int categoryId) => _classIndex.GetValueOrDefault(categoryId, -1);

    /// <summary>One line for each kind of warning: how many there were, and which annotations, a few of them by id.</summary>
    public IReadOnlyList<string> DescribeWarnings()
    {
        const int shown = 5;
        return
        [
            .. Warnings.GroupBy(w => w.Kind).Select(kind =>
            {
                long[] ids = [.. kind.Select(w => w.AnnotationId).Distinct()];
                string list = string.Join(", ", ids.Take(shown)) + (ids.Length > shown ? ", ..." : "");
                return $"{kind.Count()} {Describe(kind.Key)} (annotation {list})";
            }),
        ];
    }

    private static string Describe(DatasetWarningKind kind) => kind switch
    {
        DatasetWarningKind.InvalidPolygon => "polygons with fewer than 6 numbers or an odd count removed",
        DatasetWarningKind.ObjectWithoutMask => "objects without a valid mask dropped",
        DatasetWarningKind.MissingBox => "missing boxes taken from the masks",
        DatasetWarningKind.MissingArea => "missing areas computed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static InstanceDataset Build(
        List<CocoImage> images,
        List<CocoCategory> categories,
        IEnumerable<InstanceDraft> drafts,
        bool masks,
        List<DatasetWarning> warnings)
    {
        Dictionary<long, int> imageIndex = [];
        for (int i = 0; i < images.Count; i++)
        {
            if (!imageIndex.TryAdd(images[i].Id, i))
            {
                throw new InputException($"images[{i}]: the id {images[i].Id} occurs twice; every picture needs its own.");
            }
        }

        CocoCategory[] sorted = [.. categories.OrderBy(c => c.Id)];
        Dictionary<int, int> classIndex = [];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (!classIndex.TryAdd(sorted[i].Id, i))
            {
                throw new InputException($"categories: the id {sorted[i].Id} occurs twice; every class needs its own.");
            }
        }

        HashSet<long> ids = [];
        List<CocoAnnotation> annotations = [];
        foreach (InstanceDraft draft in drafts)
        {
            if (!ids.Add(draft.Id))
            {
                throw new InputException($"annotation {draft.Id}: the id occurs twice; every annotation needs its own.");
            }

            if (!imageIndex.TryGetValue(draft.ImageId, out int image))
            {
                throw new InputException($"annotation {draft.Id}: image_id is {draft.ImageId}, but images has no such id.");
            }

            if (!classIndex.ContainsKey(draft.CategoryId))
            {
                throw new InputException(
                    $"annotation {draft.Id}: category_id is {draft.CategoryId}, but categories has {Describe(sorted)}.");
            }

            if (Complete(draft, images[image], masks, warnings) is { } annotation)
            {
                annotations.Add(annotation);
            }
        }

        return new InstanceDataset([.. images], sorted, [.. annotations], imageIndex, classIndex, warnings);
    }

    private static string Describe(CocoCategory[] categories) => categories.Length switch
    {
        0 => "none",
        <= 10 => $"only {string.Join(", ", categories.Select(c => c.Id))}",
        _ => $"no such id ({categories.Length} ids from {categories[0].Id} to {categories[^1].Id})",
    };

    /// <summary>Checks a mask and fills in what is missing; null for an object without the mask it needs.</summary>
    private static CocoAnnotation? Complete(InstanceDraft draft, CocoImage image, bool masks, List<DatasetWarning> warnings)
    {
        long id = draft.Id;
        CocoSegmentation? segmentation = draft.Segmentation;
        if (masks && segmentation is null)
        {
            warnings.Add(new DatasetWarning(
                DatasetWarningKind.ObjectWithoutMask, id, $"annotation {id}: has no valid segmentation and was dropped."));
            return null;
        }

        if (segmentation is not null && (image.Height == 0 || image.Width == 0))
        {
            string key = image.Height == 0 ? "height" : "width";
            throw new InputException($"image {image.Id}: the key {key} is missing, but the mask of annotation {id} needs it.");
        }

        if (segmentation?.Rle is { } rle && (rle.Height != image.Height || rle.Width != image.Width))
        {
            throw new InputException(
                $"annotation {id}: segmentation.size is [{rle.Height}, {rle.Width}], but its picture {image.Id} is " +
                $"[{image.Height}, {image.Width}] (rows, columns).");
        }

        BoxXywh? box = draft.Bbox;
        if (box is { IsFinite: false })
        {
            throw new InputException($"annotation {id}: bbox is {box}; it must hold finite numbers.");
        }

        double? area = draft.Area;
        Rle? mask = (box is null || area is null) && segmentation is not null ? segmentation.ToRle(image.Height, image.Width) : null;
        if (box is null)
        {
            box = mask is null ? default(BoxXywh) : BoxXywh.FromBox(mask.Bounds);
            warnings.Add(new DatasetWarning(
                DatasetWarningKind.MissingBox, id, $"annotation {id}: has no bbox; it was taken from the mask."));
        }

        if (area is null)
        {
            area = mask?.Area ?? box.Value.Area;
            warnings.Add(new DatasetWarning(
                DatasetWarningKind.MissingArea,
                id,
                $"annotation {id}: has no area; the {(mask is null ? "box's" : "mask's")} was taken, {area} pixels."));
        }

        return new CocoAnnotation(id, draft.ImageId, draft.CategoryId, box.Value, area.Value, draft.IsCrowd, segmentation);
    }

    private static (CocoAnnotation[] Grouped, int[] First) GroupByImage(
        CocoAnnotation[] annotations, int images, Dictionary<long, int> imageIndex)
    {
        // A counting sort: stable, so that a picture's objects stay in the file's order.
        int[] first = new int[images + 1];
        foreach (CocoAnnotation annotation in annotations)
        {
            first[imageIndex[annotation.ImageId] + 1]++;
        }

        for (int i = 0; i < images; i++)
        {
            first[i + 1] += first[i];
        }

        int[] next = first[..images];
        CocoAnnotation[] grouped = new CocoAnnotation[annotations.Length];
        foreach (CocoAnnotation annotation in annotations)
        {
            grouped[next[imageIndex[annotation.ImageId]]++] = annotation;
        }

        return (grouped, first);
    }
}
