using Panoptes.Coco.Files;

namespace Panoptes.Coco.Datasets.View;

/// <summary>Which images are shown, with which objects, and on which page.</summary>
internal sealed class ViewPlan
{
    private readonly HashSet<int>? _classes;

    /// <param name="index">The dataset's images and classes.</param>
    /// <param name="groundTruth">The annotated objects.</param>
    /// <param name="found">The predicted objects, or null.</param>
    /// <param name="options">What to show.</param>
    /// <exception cref="InputException">A class has a name that the dataset does not have.</exception>
    public ViewPlan(CocoIndex index, IObjectSource groundTruth, IObjectSource? found, DatasetViewOptions options)
    {
        (Index, GroundTruth, Found, Options) = (index, groundTruth, found, options);
        _classes = options.Classes.Count == 0 ? null : [.. options.Classes.SelectMany(ClassesNamed)];
        Images =
        [
            .. Enumerable.Range(0, index.Images.Count)
                .Where(i => _classes is null || GroundTruthOf(i).Count > 0 || FoundOf(i).Count > 0)
                .Take(options.Limit ?? int.MaxValue),
        ];
        Pages = Math.Max(1, (Images.Count + options.PageSize - 1) / options.PageSize);
    }

    /// <summary>The dataset's images and classes.</summary>
    public CocoIndex Index { get; }

    /// <summary>The annotated objects.</summary>
    public IObjectSource GroundTruth { get; }

    /// <summary>The predicted objects, or null.</summary>
    public IObjectSource? Found { get; }

    /// <summary>What to show.</summary>
    public DatasetViewOptions Options { get; }

    /// <summary>The images that are shown, by their places in the dataset.</summary>
    public IReadOnlyList<int> Images { get; }

    /// <summary>How many pages there are, at least one.</summary>
    public int Pages { get; }

    /// <summary>Whether all objects are of one class: to name each of them would only hide them.</summary>
    public bool HasOneClass => (_classes?.Count ?? Index.Categories.Count) == 1;

    /// <summary>The annotated objects of an image that are shown, the largest first, as labels are placed.</summary>
    public IReadOnlyList<ViewObject> GroundTruthOf(int image) =>
        [.. GroundTruth.ObjectsOf(image).Where(IsWanted).OrderByDescending(o => o.Area ?? o.Box?.Area ?? 0)];

    /// <summary>The predicted objects of an image that are shown, the surest first.</summary>
    public IReadOnlyList<ViewObject> FoundOf(int image) => Found is null ? [] : [.. Found.ObjectsOf(image).Where(IsWanted)];

    /// <summary>The file of a page, from 0.</summary>
    public static string FileOf(int page) => page == 0 ? "index.html" : $"page{page + 1}.html";

    /// <summary>An image's mark on its page.</summary>
    public string AnchorOf(int image) => $"i{Index.Images[image].Id}";

    private bool IsWanted(ViewObject one) => _classes is null || _classes.Contains(one.Class);

    private IEnumerable<int> ClassesNamed(string name)
    {
        const int shown = 10;
        int[] places = [.. Enumerable.Range(0, Index.Categories.Count).Where(i => Index.Categories[i].Name == name)];
        string some = string.Join(", ", Index.Categories.Take(shown).Select(c => c.Name)) + (Index.Categories.Count > shown ? ", ..." : "");
        return places.Length > 0 ? places : throw new InputException(
            InputErrorKind.Invalid, Options.Annotations, null,
            $"has no class '{name}'; it has {some}");
    }
}
