namespace Panoptes.Coco.Files;

/// <summary>The images and classes of a dataset, each found by its id.</summary>
internal sealed class CocoIndex
{
    private readonly Dictionary<long, int> _imageIndex = [];
    private readonly Dictionary<long, int> _classIndex = [];
    private readonly Lazy<Dictionary<long, int>> _imageOfStem;

    /// <param name="images">The images.</param>
    /// <param name="categories">The classes, in any order.</param>
    /// <exception cref="InputException">An id occurs twice.</exception>
    public CocoIndex(IEnumerable<CocoImage> images, IEnumerable<CocoCategory> categories)
    {
        Images = [.. images];
        _imageOfStem = new Lazy<Dictionary<long, int>>(FindStems);
        List<CocoCategory> sorted = [.. categories];
        sorted.Sort((a, b) => a.Id.CompareTo(b.Id));
        Categories = sorted;
        for (int i = 0; i < Images.Count; i++)
        {
            if (!_imageIndex.TryAdd(Images[i].Id, i))
            {
                throw InputException.InContent($"images[{i}]", $"the id {Images[i].IdAsWritten} occurs twice; every image needs its own.");
            }
        }

        for (int i = 0; i < Categories.Count; i++)
        {
            if (!_classIndex.TryAdd(Categories[i].Id, i))
            {
                throw InputException.InContent("categories", $"the id {Categories[i].Id} occurs twice; every class needs its own.");
            }
        }
    }

    /// <summary>The images and classes of a panoptic dataset; results, which have no images, give those that are annotated.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="path">Its file, for the message.</param>
    /// <exception cref="InputException">It names no classes.</exception>
    public static CocoIndex Of(PanopticDataset dataset, string path) => dataset.Categories.Count == 0
        ? throw new InputException(InputErrorKind.Invalid, path, null, "is missing the key 'categories', which names the classes.")
        : new CocoIndex(
            dataset.Images.Count > 0 ? dataset.Images : dataset.Annotations.Select(a => new CocoImage(a.ImageId, "", 0, 0)),
            dataset.Categories.Select(c => new CocoCategory(c.Id, c.Name, c.Supercategory) { IdText = c.IdText }));

    /// <summary>The images, in the order given.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>The classes by ascending id.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>An image's place in <see cref="Images"/>, or −1.</summary>
    public int IndexOfImage(long imageId) => _imageIndex.GetValueOrDefault(imageId, -1);

    /// <summary>
    /// The place of an image that results name: by its id, or where that is a text by the name of its file without folder and extension, as
    /// 'predict' calls images whose ids it does not know; −1 where there is none, or several of that name.
    /// </summary>
    public int IndexOfPredicted(long imageId)
    {
        int index = IndexOfImage(imageId);
        return index >= 0 || !CocoId.IsText(imageId) ? index : _imageOfStem.Value.GetValueOrDefault(imageId, -1);
    }

    /// <summary>A class's place in <see cref="Categories"/>, or −1.</summary>
    public int IndexOfCategory(long categoryId) => _classIndex.GetValueOrDefault(categoryId, -1);

    /// <summary>The classes' ids, or how many there are, for a message about one that is not one of them.</summary>
    public string DescribeCategories() => Categories.Count switch
    {
        0 => "none",
        <= 10 => $"only {string.Join(", ", Categories.Select(c => c.IdText ?? $"{c.Id}"))}",
        _ => $"no such id ({Categories.Count} ids from {Categories[0].Id} to {Categories[^1].Id})",
    };

    private Dictionary<long, int> FindStems()
    {
        Dictionary<long, int> stems = [];
        for (int i = 0; i < Images.Count; i++)
        {
            long stem = CocoId.Of(Path.GetFileNameWithoutExtension(DatasetPath.Normalize(Images[i].FileName)));
            if (!stems.TryAdd(stem, i))
            {
                stems[stem] = -1;
            }
        }

        return stems;
    }
}
