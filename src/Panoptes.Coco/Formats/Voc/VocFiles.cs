namespace Panoptes.Coco.Formats.Voc;

/// <summary>Where a Pascal VOC dataset keeps what, as its development kit describes it.</summary>
/// <param name="Root">The folder of the dataset, such as VOC2012.</param>
internal sealed record VocFiles(string Root)
{
    /// <summary>The pixels that belong to nothing: borders of objects, and objects too hard to tell.</summary>
    public const int Void = 255;

    public string Images => Path.Combine(Root, "JPEGImages");

    public string Annotations => Path.Combine(Root, "Annotations");

    public string Classes => Path.Combine(Root, "SegmentationClass");

    public string Objects => Path.Combine(Root, "SegmentationObject");

    /// <summary>
    /// The classes in the order of their numbers, a file that CVAT's and Datumaro's VOC datasets have; VOC's own are fixed.
    /// </summary>
    public string LabelMap => Path.Combine(Root, "labelmap.txt");

    private string Sets => Path.Combine(Root, "ImageSets", "Segmentation");

    /// <summary>The file that lists the images of a part.</summary>
    public string SetOf(string split) => Path.Combine(Sets, split + ".txt");

    /// <summary>
    /// The names of images, without extension: of one part, or of all, or of all that have labels where there are no parts.
    /// </summary>
    /// <exception cref="InputException">There is no such part, or nothing at all.</exception>
    public IReadOnlyList<string> Names(string? split)
    {
        if (split is not null && !File.Exists(SetOf(split)))
        {
            throw new InputException($"ConversionOptions.Split: {SetOf(split)}: file not found.");
        }

        IEnumerable<string> names = split is not null ? Lines(SetOf(split))
            : Directory.Exists(Sets) ? Directory.EnumerateFiles(Sets, "*.txt").SelectMany(Lines)
            : Stems(Annotations, ".xml").Concat(Stems(Objects, ".png"));
        string[] found = [.. names.Distinct().Order(StringComparer.Ordinal)];
        return found.Length > 0
            ? found
            : throw new InputException(
                $"{Root}: has no image; a VOC dataset has Annotations, SegmentationObject and ImageSets/Segmentation.");
    }

    private static IEnumerable<string> Lines(string path) =>
        InputFile.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0);

    private static IEnumerable<string> Stems(string folder, string extension) => Directory.Exists(folder)
        ? InputFile.EnumerateFiles(folder, "*" + extension)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(folder, file).Replace('\\', '/'), null))
        : [];
}
