using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Objects or detections as parallel arrays, ordered by class, then image, then as they came: those of one class and image
/// lie side by side, and so do all of a class, in the order in which pycocotools strings them together.
/// </summary>
internal sealed class ObjectColumns
{
    private ObjectColumns(int[] source, int[] category, int[] image)
    {
        Source = source;
        Category = category;
        Image = image;
        Boxes = new BoxXywh[source.Length];
        Areas = new double[source.Length];
    }

    public int Count => Source.Length;

    /// <summary>Place in the list the object came from.</summary>
    public int[] Source { get; }

    /// <summary>Class index; 0 for all when classes do not matter.</summary>
    public int[] Category { get; }

    /// <summary>Index of the image among those that count, by ascending id.</summary>
    public int[] Image { get; }

    public BoxXywh[] Boxes { get; }

    public double[] Areas { get; }

    /// <summary>Masks; empty where none was read.</summary>
    public StoredMask[] Masks { get; set; } = [];

    /// <summary>Scores of detections.</summary>
    public double[] Scores { get; set; } = [];

    /// <summary>Flags of objects.</summary>
    public bool[] Crowd { get; set; } = [];

    /// <summary>Marks detections whose area is their mask's, and whose box is too where they have none.</summary>
    public bool[] AreaOfMask { get; set; } = [];

    /// <summary>Marks detections whose object may be there without being annotated: unmatched, they do not count.</summary>
    public bool[] MayBeMissing { get; set; } = [];

    /// <summary>Marks objects with the id 0, a match with which pycocotools takes for none.</summary>
    public bool[] IdIsZero { get; set; } = [];

    /// <summary>Names the object at a place in the list it came from, for messages.</summary>
    public Func<int, (string? File, string Place)> Describe { get; set; } = source => (null, $"[{source}]");

    /// <summary>Orders the objects whose class and image count (index not negative).</summary>
    /// <param name="categories">Class index of each object.</param>
    /// <param name="images">Image index of each object.</param>
    /// <param name="categoryCount">Number of classes.</param>
    /// <param name="imageCount">Number of images.</param>
    /// <param name="useCategories">Whether classes are told apart; otherwise they still decide the order within an image.</param>
    public static ObjectColumns Order(
        ReadOnlySpan<int> categories, ReadOnlySpan<int> images, int categoryCount, int imageCount, bool useCategories)
    {
        int[] order = new int[categories.Length];
        int count = 0;
        for (int i = 0; i < categories.Length; i++)
        {
            if (categories[i] >= 0 && images[i] >= 0)
            {
                order[count++] = i;
            }
        }

        Array.Resize(ref order, count);
        order = useCategories
            ? SortBy(SortBy(order, images, imageCount), categories, categoryCount)
            : SortBy(SortBy(order, categories, categoryCount), images, imageCount);
        int[] orderedCategories = new int[count];
        int[] orderedImages = new int[count];
        for (int i = 0; i < count; i++)
        {
            orderedCategories[i] = useCategories ? categories[order[i]] : 0;
            orderedImages[i] = images[order[i]];
        }

        return new ObjectColumns(order, orderedCategories, orderedImages);
    }

    // A counting sort, which is stable.
    private static int[] SortBy(int[] order, ReadOnlySpan<int> keys, int keyCount)
    {
        int[] next = new int[keyCount + 1];
        foreach (int index in order)
        {
            next[keys[index] + 1]++;
        }

        for (int key = 0; key < keyCount; key++)
        {
            next[key + 1] += next[key];
        }

        int[] sorted = new int[order.Length];
        foreach (int index in order)
        {
            sorted[next[keys[index]]++] = index;
        }

        return sorted;
    }
}
