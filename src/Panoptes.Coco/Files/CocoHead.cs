using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Files;

/// <summary>
/// The images and classes of a COCO JSON of any kind: instances, panoptic, or only images, as COCO publishes them for its test sets.
/// </summary>
/// <param name="Images">The images, in the file's order.</param>
/// <param name="Categories">The classes, in the file's order; empty where the file has none.</param>
public sealed record CocoHead(IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoCategory> Categories)
{
    /// <summary>Reads a file's images and classes; annotations are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large its images may be; null for the defaults.</param>
    /// <exception cref="InputException">It is missing or malformed, or has no images. The message names file, element, key and
    /// value.</exception>
    public static CocoHead Load(string path, InputLimits? limits = null)
    {
        List<CocoImage> images = [];
        List<CocoCategory> categories = [];
        InputLimits bounds = limits ?? InputLimits.Default;
        foreach ((List<CocoImage> some, List<CocoCategory> named) in JsonLists.Read(
            path, (ref JsonReader json, JsonBlock block) => ReadBlock(ref json, block, bounds), RequireImages))
        {
            images.AddRange(some);
            categories.AddRange(named);
        }

        return new CocoHead(images, categories);
    }

    private static (List<CocoImage> Images, List<CocoCategory> Categories) ReadBlock(
        ref JsonReader json, JsonBlock block, InputLimits limits)
    {
        List<CocoImage> images = [];
        List<CocoCategory> categories = [];
        JsonElements.ReadNamed(
            ref json,
            block,
            list => list switch
            {
                "images" => (ref JsonReader element, int index) => images.Add(JsonElements.ReadImage(ref element, index, limits)),
                "categories" => (ref JsonReader element, int index) =>
                    categories.Add(JsonElements.ReadCategory(ref element, index).ToCategory()),
                _ => null,
            },
            "holds a list, so it looks like a results file; a dataset is an object with images.");
        return (images, categories);
    }

    private static void RequireImages(ref JsonReader json) =>
        JsonElements.RequireLists(ref json, "a dataset is one with images", ["images"], ["categories"]);
}
