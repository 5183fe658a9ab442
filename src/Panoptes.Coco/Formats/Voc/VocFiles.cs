using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>
/// Where a Pascal VOC dataset keeps what: as its development kit describes it, in folders called annotations and images, or images and
/// XML files next to each other, as Roboflow writes them.
/// </summary>
/// <param name="Root">The folder of the dataset, such as VOC2012.</param>
internal sealed record VocFiles(string Root)
{
    /// <summary>The pixels that belong to nothing: borders of objects, and objects too hard to tell.</summary>
    public const int Void = 255;

    private static readonly string[] s_parts = ["train", "val", "test"];

    private static readonly string[] s_annotationFolders = ["Annotations", "annotations", "xml", "labels"];

    private static readonly string[] s_imageFolders = ["JPEGImages", "images", "Images"];

    public string Images { get; init; } = Path.Combine(Root, "JPEGImages");

    public string Annotations { get; init; } = Path.Combine(Root, "Annotations");

    public string Classes => Path.Combine(Root, "SegmentationClass");

    public string Objects => Path.Combine(Root, "SegmentationObject");

    /// <summary>
    /// The classes in the order of their numbers, a file that CVAT's and Datumaro's VOC datasets have; VOC's own are fixed.
    /// </summary>
    public string LabelMap => Path.Combine(Root, "labelmap.txt");

    private string Sets => Path.Combine(Root, "ImageSets", "Segmentation");

    private string MainSets => Path.Combine(Root, "ImageSets", "Main");

    /// <summary>The files of a dataset as they lie there.</summary>
    public static VocFiles Find(string root)
    {
        string? annotations = s_annotationFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(
            folder => Directory.Exists(folder) && FolderTree.EnumerateFiles(folder, "*.xml").Any());
        string? images = s_imageFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
        VocFiles files = new(root);
        return Directory.Exists(files.Objects) || Directory.Exists(files.Annotations)
            ? files with { Images = images ?? files.Images, Annotations = annotations ?? files.Annotations }
            : files with { Images = annotations is null ? root : images ?? root, Annotations = annotations ?? root };
    }

    /// <summary>Whether a folder, in which there may be no folder Annotations, holds VOC's XML files.</summary>
    public static bool Is(string root) =>
        Find(root) is var files && Directory.Exists(files.Annotations)
        && FolderTree.EnumerateFiles(files.Annotations, "*.xml").FirstOrDefault() is { } first
        && FormatXml.RootOf(first) == "annotation";

    /// <summary>The parts: those that have a list, else folders of XML files called train, val, valid or test.</summary>
    public IReadOnlyList<string> Parts()
    {
        string[] listed = [.. s_parts.Where(part => File.Exists(SetOf(part)))];
        return listed.Length > 0
            ? listed
            : [.. s_parts.Where(part => FoldersOf(part).Any(folder => Directory.Exists(Path.Combine(Annotations, folder))))];
    }

    /// <summary>The file that lists the images of a part.</summary>
    public string SetOf(string split) => Path.Combine(Sets, split + ".txt");

    /// <summary>
    /// The names of images, without extension: of one part, or of all that a list names, or of all that have labels where there are no
    /// lists. Of all, those that no list names are counted.
    /// </summary>
    /// <exception cref="InputException">There is no such part, or nothing at all.</exception>
    public IReadOnlyList<string> Names(string? split, FormatText text, LossLog losses)
    {
        IEnumerable<string> names = split is not null ? Part(split)
            : Directory.Exists(Sets) ? Directory.EnumerateFiles(Sets, "*.txt").SelectMany(Lines)
            : [];
        string[] found = [.. names.Distinct().Order(StringComparer.Ordinal)];
        if (split is null)
        {
            string[] labeled = [.. Labeled().Distinct().Order(StringComparer.Ordinal)];
            found = found.Length > 0 ? found : labeled;
            HashSet<string> known = [.. found];
            foreach (string name in labeled.Where(name => !known.Contains(name)))
            {
                losses.Add(
                    LossKind.IgnoredParts,
                    $"{name}: no list in {Sets} names it; without the lists there, all annotations are read");
            }
        }

        return found.Length > 0
            ? found
            : throw new InputException(
                InputErrorKind.Invalid, Root, null,
                "has no image; a VOC dataset has Annotations, SegmentationObject and ImageSets/Segmentation, "
                + "or images and XML files next to each other.");

        IEnumerable<string> Labeled() => Stems(Annotations, ".xml").Concat(Stems(Objects, ".png"));

        IEnumerable<string> Lines(string path) => text.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0);

        IEnumerable<string> Part(string part)
        {
            // The lists of Main have 1 or -1 behind a name.
            string main = Path.Combine(MainSets, part + ".txt");
            return File.Exists(SetOf(part)) ? Lines(SetOf(part))
                : File.Exists(main) ? Lines(main).Select(line => line.Split(' ', '\t')[0])
                : FoldersOf(part).FirstOrDefault(name => Directory.Exists(Path.Combine(Annotations, name))) is { } folder
                ? Stems(Annotations, ".xml").Where(stem => stem.StartsWith($"{folder}/", StringComparison.Ordinal))
                : throw InputException.ForSetting("ConversionOptions.Split", $"{SetOf(part)}: file not found.", InputErrorKind.NotFound);
        }
    }

    /// <summary>The image of a name: the file of that name, or the one that the XML names, or what it would be called.</summary>
    /// <param name="stem">The name without extension.</param>
    /// <param name="stated">What the XML says; null where it says nothing.</param>
    public string ImageOf(string stem, string? stated)
    {
        string? extension = ImageFiles.Extensions.Concat(ImageFiles.Extensions.Select(e => e.ToUpperInvariant()))
            .FirstOrDefault(e => File.Exists(Path.Combine(Images, stem + e)));
        if (extension is null && stated is { Length: > 0 })
        {
            string name = stated.Replace('\\', '/');
            string folder = Path.GetDirectoryName(stem)!.Replace('\\', '/');
            string sibling = folder.Length == 0 ? Path.GetFileName(name) : $"{folder}/{Path.GetFileName(name)}";
            if (File.Exists(Path.Combine(Images, sibling)))
            {
                return sibling;
            }
        }

        return stem + (extension ?? (Path.GetExtension(stated) is { Length: > 0 } end ? end : ".jpg"));
    }

    private static string[] FoldersOf(string part) => part == "val" ? ["val", "valid"] : [part];

    private static IEnumerable<string> Stems(string folder, string extension) => Directory.Exists(folder)
        ? FolderTree.EnumerateFiles(folder, "*" + extension)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(folder, file).Replace('\\', '/'), null))
        : [];
}
