using System.Text;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Formats.CocoJson;

/// <summary>
/// What a COCO file says next to its annotations: images with all that is known about them, classes, licences and the like. It is carried
/// as text, so that it comes through a conversion to another of COCO's formats as it stood.
/// </summary>
internal sealed class CocoHeader
{
    private static readonly Dictionary<string, string[]> s_known = new()
    {
        ["images"] = ["id", "file_name", "width", "height"],
        ["categories"] = ["id", "name"],
        ["annotations"] =
        [
            "id", "image_id", "category_id", "iscrowd", "area", "bbox", "segmentation", "segment_id", "file_name", "segments_info",
        ],
    };

    private readonly string _path;
    private readonly InputLimits _limits;
    private readonly Dictionary<string, CocoImage> _byStem = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CocoImage?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (CocoImage Image, byte[] Text)> _images = [];

    private CocoHeader(string path, InputLimits limits) => (_path, _limits) = (path, limits);

    /// <summary>The images, in the file's order.</summary>
    public List<CocoImage> Images { get; } = [];

    /// <summary>The classes, in the file's order.</summary>
    public List<CategoryDraft> Categories { get; } = [];

    /// <summary>Elements of unknown lists, such as licences.</summary>
    public List<(string List, byte[] Text)> Elements { get; } = [];

    /// <summary>What the file holds next to lists.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> Rest { get; private set; } = [];

    /// <summary>What is wrong with images and classes that were skipped.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Keys of annotations that nothing here knows, as <c>annotations.attributes</c>.</summary>
    public HashSet<string> AnnotationKeys { get; } = [];

    /// <summary>Keys of images and classes next to those that every format needs, as <c>images.license</c>.</summary>
    public HashSet<string> OtherKeys { get; } = [];

    /// <summary>Reads a file; of its annotations only which keys there are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large its images may be.</param>
    /// <param name="skipInvalid">Whether images and classes that are malformed are skipped; who reads the file names them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">It is missing or malformed.</exception>
    public static CocoHeader Load(
        string path, InputLimits limits, bool skipInvalid = false, CancellationToken cancellationToken = default)
    {
        CocoHeader header = new(path, limits);
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        foreach (JsonListElement element in input.Elements())
        {
            try
            {
                header.Add(element);
            }
            catch (InputException e) when (skipInvalid)
            {
                header.Skipped.Add(e.Message.TrimEnd('.'));
            }
        }

        header.Rest = input.Rest();
        return header;
    }

    /// <summary>
    /// The image of a name. Its extension does not matter, since labels are named without it, nor its folder, where the name tells
    /// enough.
    /// </summary>
    /// <exception cref="InputException">There is none.</exception>
    public CocoImage Find(string fileName)
    {
        string stem = FormatImageFiles.Stem(fileName);
        return _byStem.GetValueOrDefault(stem) ?? _byName.GetValueOrDefault(Path.GetFileName(stem))
            ?? throw new InputException(
                InputErrorKind.Invalid, _path, null,
                $"images has none with the file_name {fileName}, so it cannot lend its id.");
    }

    /// <summary>The text of an image as it stood in the file; empty if the file does not have it just so.</summary>
    public ReadOnlySpan<byte> TextOf(CocoImage image) =>
        _images.TryGetValue(image.Id, out (CocoImage Image, byte[] Text) found)
        && (found.Image.FileName, found.Image.Width, found.Image.Height) == (image.FileName, image.Width, image.Height)
            ? found.Text
            : [];

    private void Add(JsonListElement element)
    {
        JsonReader json = new(element.Text.Span);
        json.Read();
        try
        {
            switch (element.List)
            {
                case "images":
                    Add(JsonElements.ReadImage(ref json, Images.Count, _limits), element.Text);
                    AddKeys(element, OtherKeys);
                    break;
                case "categories":
                    Add(JsonElements.ReadCategory(ref json, Categories.Count));
                    AddKeys(element, OtherKeys);
                    break;
                case "annotations":
                    AddKeys(element, AnnotationKeys);
                    break;
                default:
                    Elements.Add((element.List, element.Text.ToArray()));
                    break;
            }
        }
        catch (InputException e)
        {
            throw e.InFile(_path);
        }
    }

    private void Add(CategoryDraft category)
    {
        if (Categories.Any(other => other.Id == category.Id))
        {
            throw InputException.InContent("categories", $"the id {category.Id} occurs twice; every class needs its own.");
        }

        Categories.Add(category);
    }

    private void Add(CocoImage image, ReadOnlyMemory<byte> text)
    {
        if (!_images.TryAdd(image.Id, (image, text.ToArray())))
        {
            throw InputException.InContent(
                $"images[{Images.Count}]", $"the id {image.IdAsWritten} occurs twice; every image needs its own.");
        }

        Images.Add(image);
        if (image.FileName.Length > 0)
        {
            string stem = Path.ChangeExtension(image.FileName.Replace('\\', '/'), null);
            _byStem.TryAdd(stem, image);
            if (!_byName.TryAdd(Path.GetFileName(stem), image))
            {
                _byName[Path.GetFileName(stem)] = null; // of several folders
            }
        }
    }

    private static void AddKeys(JsonListElement element, HashSet<string> keys)
    {
        JsonReader json = new(element.Text.Span);
        json.Read();
        while (json.ReadProperty())
        {
            string key = Encoding.UTF8.GetString(json.Name);
            if (!s_known[element.List].Contains(key))
            {
                keys.Add($"{element.List}.{key}");
            }

            json.Read();
            json.Skip();
        }
    }
}
