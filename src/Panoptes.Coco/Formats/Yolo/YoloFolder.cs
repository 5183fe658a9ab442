using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>
/// A YOLO dataset without a data.yaml, as Label Studio and older tools write it: a file that names the classes, and folders of images and
/// labels.
/// </summary>
internal static class YoloFolder
{
    /// <summary>Files that name the classes, a name on each line.</summary>
    private static readonly string[] s_classFiles =
        ["classes.txt", "labels/classes.txt", "images/classes.txt", "obj.names", "data/obj.names", "train/classes.txt"];

    /// <summary>Names of files that are found next to labels but are not labels.</summary>
    public static bool IsNoLabel(string file) => Path.GetFileName(file).ToUpperInvariant() is "CLASSES.TXT" or "TRAIN.TXT" or "VAL.TXT"
        or "VALID.TXT" or "TEST.TXT" or "NOTES.TXT" or "README.TXT" or "README.ROBOFLOW.TXT" or "README.DATASET.TXT" or "LABELS.TXT";

    /// <summary>Whether a folder looks like one: its classes have a file, and there are labels.</summary>
    public static bool Is(string folder) => ClassFileOf(folder) is not null
        && (Directory.Exists(Path.Combine(folder, "labels"))
            || FolderTree.EnumerateFiles(folder, "*.txt").Any(file => !IsNoLabel(file)));

    /// <summary>Reads what the folder says.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="text">Reads texts.</param>
    /// <param name="classes">The classes that the user gave, or null.</param>
    /// <exception cref="InputException">It is nowhere said which classes there are.</exception>
    public static YoloConfig Load(string folder, FormatText text, ClassList? classes)
    {
        IReadOnlyList<string> names = classes is not null ? [.. classes.Names]
            : ClassFileOf(folder) is { } file ? [.. text.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)]
            : throw new InputException(
                InputErrorKind.NotFound, Path.Combine(folder, YoloConfig.FileName), null,
                $"file not found; a YOLO dataset has a {YoloConfig.FileName} with names, "
                + "train and val, or a classes.txt next to the folders images and labels (or name them: ConversionOptions.Classes).");
        Dictionary<string, IReadOnlyList<string>> splits = [];
        foreach (string split in YoloConfig.SplitNames)
        {
            string[] places =
            [
                .. YoloConfig.NamesOf(split).SelectMany(name => new[] { $"images/{name}", $"{name}/images", $"{name}.txt", name })
                    .Where(place => Path.Exists(Path.Combine(folder, place))).Take(1),
            ];
            if (places.Length > 0)
            {
                splits.Add(split, places);
            }
        }

        string images = Path.Combine(folder, "images");
        string whole = Directory.Exists(images) ? "images" : ".";
        bool outside = splits.Values.All(places => places[0].StartsWith("images/", StringComparison.Ordinal))
            && Directory.Exists(images) && Directory.EnumerateFiles(images).Any(ImageFiles.HasImageExtension);
        if (splits.Count == 0 || outside)
        {
            splits = new Dictionary<string, IReadOnlyList<string>> { ["train"] = [whole] };
        }

        return new YoloConfig(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), splits, names);
    }

    private static string? ClassFileOf(string folder) =>
        s_classFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
