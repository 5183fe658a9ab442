using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>
/// A dataset for instance segmentation: images, classes, and the objects in the images, as COCO's JSON holds them. Checked when
/// made: every object belongs to a known image and class, and ids occur once.
/// </summary>
public sealed class InstanceDataset
{
    private readonly CocoAnnotation[] _annotations;
    private readonly int[] _firstOfImage;

    private InstanceDataset(InstanceTable table)
    {
        Index = table.Index;
        Warnings = table.Warnings;
        (_annotations, _firstOfImage) = GroupByImage(table);
    }

    /// <summary>The images, in the file's order.</summary>
    public IReadOnlyList<CocoImage> Images => Index.Images;

    /// <summary>The classes by ascending id; a class's place in this list is its contiguous class index.</summary>
    public IReadOnlyList<CocoCategory> Categories => Index.Categories;

    /// <summary>All objects, grouped by image in the order of <see cref="Images"/>; in an image in the file's order.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations => _annotations;

    /// <summary>What was odd in the file and has been repaired.</summary>
    public IReadOnlyList<DatasetWarning> Warnings { get; }

    /// <summary>Finds images and classes.</summary>
    internal CocoIndex Index { get; }

    /// <summary>Reads an instance JSON.</summary>
    /// <remarks>
    /// The file streams through a small buffer. Polygons with fewer than 6 numbers or an odd count are removed, and objects dropped
    /// that have no mask left (not when masks are not read); a missing box or area is taken from the mask; run lengths that state columns
    /// before rows are exchanged. Where nearly all areas are the boxes', as Roboflow writes them, they are taken from the masks, and its
    /// class 0 that only names the group of the others is dropped. Each of these is a warning. Whatever else is wrong stops the reading,
    /// unless <see cref="InstanceDatasetOptions.SkipInvalid"/>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing or malformed: not JSON, a key missing, a number not finite, an unknown
    /// image or class, an id twice, a mask of another size than its image. The message names file, object, key and value.</exception>
    public static InstanceDataset Load(string path, InstanceDatasetOptions? options = null) =>
        Read(path, options ?? new InstanceDatasetOptions(), CancellationToken.None);

    /// <summary>As <see cref="Load"/>, for work that can be cancelled.</summary>
    internal static InstanceDataset Read(string path, InstanceDatasetOptions options, CancellationToken cancellationToken) =>
        Read(path, options, complete: null, cancellationToken);

    /// <summary>As <see cref="Load"/>, with what the file does not say of its images filled in before masks are checked.</summary>
    internal static InstanceDataset Read(
        string path,
        InstanceDatasetOptions options,
        Func<IReadOnlyList<CocoImage>, IReadOnlyList<CocoImage>>? complete,
        CancellationToken cancellationToken)
    {
        InstanceTable table = InstanceTable.Load(
            path, options.Masks, options.SkipInvalid, options.Limits, complete, cancellationToken);
        try
        {
            return new InstanceDataset(table);
        }
        catch (InputException e)
        {
            throw e.InFile(path);
        }
    }

    /// <summary>Makes a dataset in memory.</summary>
    /// <param name="images">The images.</param>
    /// <param name="categories">The classes, in any order.</param>
    /// <param name="annotations">The objects, in any order.</param>
    /// <exception cref="InputException">An id occurs twice, an object has no such image or class, or a mask of another size.</exception>
    public static InstanceDataset Create(
        IEnumerable<CocoImage> images, IEnumerable<CocoCategory> categories, IEnumerable<CocoAnnotation> annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        return new(InstanceTable.Create(images, categories, annotations));
    }

    /// <summary>The objects of one image.</summary>
    /// <param name="imageIndex">The image's place in <see cref="Images"/>.</param>
    public ArraySegment<CocoAnnotation> AnnotationsOf(int imageIndex) =>
        new(_annotations, _firstOfImage[imageIndex], _firstOfImage[imageIndex + 1] - _firstOfImage[imageIndex]);

    /// <summary>An image's place in <see cref="Images"/>, or −1.</summary>
    public int IndexOfImage(long imageId) => Index.IndexOfImage(imageId);

    /// <summary>A class's place in <see cref="Categories"/>, or −1.</summary>
    public int IndexOfCategory(long categoryId) => Index.IndexOfCategory(categoryId);

    /// <summary>One line for each kind of warning: how many there were, and which annotations, a few of them by id.</summary>
    public IReadOnlyList<string> DescribeWarnings() => DatasetWarning.Summarize(Warnings);

    private static (CocoAnnotation[] Grouped, int[] First) GroupByImage(InstanceTable table)
    {
        // A counting sort: stable, so that an image's objects stay in the file's order.
        InstanceRow[] rows = table.Rows;
        int[] first = new int[table.Index.Images.Count + 1];
        foreach (InstanceRow row in rows)
        {
            first[row.Image + 1]++;
        }

        for (int i = 0; i < table.Index.Images.Count; i++)
        {
            first[i + 1] += first[i];
        }

        int[] next = first[..^1];
        int[] place = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            place[i] = next[rows[i].Image]++;
        }

        CocoAnnotation[] grouped = new CocoAnnotation[rows.Length];
        ParallelInput.For(
            rows.Length,
            i =>
            {
                InstanceRow row = rows[i];
                grouped[place[i]] = new CocoAnnotation(
                    row.Id,
                    table.Index.Images[row.Image].Id,
                    table.Index.Categories[row.Category].Id,
                    row.Bbox,
                    row.Area,
                    row.IsCrowd,
                    row.Mask.ToSegmentation());
            },
            (i, message) => $"annotation {rows[i].Id}: segmentation: {message}");
        return (grouped, first);
    }
}
