using System.Text.RegularExpressions;
using Panoptes.Coco.Formats;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>Finds the parts of a dataset in a folder, in any format that the converter reads.</summary>
internal static partial class FolderLayout
{
    /// <summary>How far below the folder JSON files are looked for: <c>annotations/instances_train2017.json</c> is one level.</summary>
    private const int JsonLevels = 3;

    private static readonly string[] s_vocSets = ["train", "val", "test"];

    /// <summary>Kinds of COCO files that hold annotations but no instances.</summary>
    private static readonly string[] s_otherTasks = ["captions", "keypoints", "stuff", "image_info"];

    /// <summary>The parts: one to train on at least; all of one format.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="panoptic">Whether the network needs every pixel labeled, so that instances alone will not do.</param>
    /// <exception cref="InputException">The folder holds no dataset, or several for the same part.</exception>
    public static IReadOnlyList<DatasetPart> Find(string folder, bool panoptic)
    {
        List<DatasetPart> parts = panoptic ? [] : [.. InFolder(folder)];
        if (parts.Count == 0) parts = [.. InJson(folder, panoptic)];
        if (parts.Count == 0 && !panoptic) parts = [.. InSubfolders(folder)];
        if (parts.Count == 0)
        {
            throw new InputException(
                $"'{folder}' holds no dataset that was recognized: "
                + (panoptic
                    ? "a panoptic network needs COCO panoptic JSON with the PNGs in the folder of its name"
                    : "COCO JSON, COCO panoptic JSON with its PNGs, YOLO's data.yaml, LabelMe's JSON files, Pascal VOC's folders, "
                        + "Penn-Fudan's PedMasks, or the folders images and masks")
                + $"; convert it with '{ToolName.Text} dataset convert', or set data.train.images and data.train.annotations");
        }

        return parts;
    }

    /// <summary>What the whole folder is, in the formats that are folders.</summary>
    private static IEnumerable<DatasetPart> InFolder(string folder) => DatasetFormats.Detect(folder) switch
    {
        DatasetFormat.Yolo => Yolo(Path.Combine(folder, "data.yaml")),
        DatasetFormat.Voc => Voc(folder),
        { } format => [new DatasetPart(PartKind.Whole, format, folder)],
        null => Masks(folder),
    };

    private static IEnumerable<DatasetPart> Yolo(string file)
    {
        // Only the names of the parts are read here; what a file without a val set repeats is no part of its own.
        Dictionary<string, string> places = [];
        foreach (string line in InputFile.ReadLines(file))
        {
            if (YoloPart().Match(line) is { Success: true } match) places.TryAdd(match.Groups[1].Value, match.Groups[2].Value.Trim());
        }

        foreach ((string name, string place) in places)
        {
            bool repeats = name != "train" && place.Length > 0 && places.GetValueOrDefault("train") == place;
            if (!repeats) yield return new DatasetPart(PartKinds.Of(name), DatasetFormat.Yolo, file) { Split = name };
        }
    }

    private static IEnumerable<DatasetPart> Voc(string folder)
    {
        string sets = Path.Combine(folder, "ImageSets", "Segmentation");
        string[] names = [.. s_vocSets.Where(name => File.Exists(Path.Combine(sets, name + ".txt")))];
        return names.Contains("train")
            ? names.Select(name => new DatasetPart(PartKinds.Of(name), DatasetFormat.Voc, folder) { Split = name })
            : [new DatasetPart(PartKind.Whole, DatasetFormat.Voc, folder)];
    }

    private static IEnumerable<DatasetPart> Masks(string folder)
    {
        string images = Path.Combine(folder, "images");
        string masks = Path.Combine(folder, "masks");
        return Directory.Exists(images) && Directory.Exists(masks)
            ? [new DatasetPart(PartKind.Whole, DatasetFormat.Masks, masks) { Images = images }]
            : [];
    }

    /// <summary>Folders such as <c>train</c> and <c>val</c>, each of which is a dataset.</summary>
    private static IEnumerable<DatasetPart> InSubfolders(string folder) =>
        from sub in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        let kind = PartKinds.Of(Path.GetFileName(sub))
        where kind != PartKind.Whole
        from part in InFolder(sub)
        select part with { Kind = kind };

    private static IEnumerable<DatasetPart> InJson(string folder, bool panoptic)
    {
        EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = JsonLevels, IgnoreInaccessible = true };
        List<DatasetPart> found = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.json", below).Order(StringComparer.Ordinal))
        {
            DatasetFormat? format = DatasetFormats.Detect(file);
            if (format is not (DatasetFormat.Coco or DatasetFormat.Panoptic)) continue;
            found.Add(new DatasetPart(KindOf(folder, file), format.Value, file));
        }

        DatasetFormat wanted = panoptic || found.All(part => part.Format == DatasetFormat.Panoptic)
            ? DatasetFormat.Panoptic
            : DatasetFormat.Coco;
        return found.Where(part => part.Format == wanted).GroupBy(part => part.Kind).Select(same => OneOf(folder, [.. same]));
    }

    /// <summary>By the file's name, and where that says nothing by its folder's.</summary>
    private static PartKind KindOf(string root, string file)
    {
        PartKind kind = PartKinds.Of(Path.GetFileNameWithoutExtension(file));
        string? folder = Path.GetDirectoryName(Path.GetRelativePath(root, file));
        return kind == PartKind.Whole && !string.IsNullOrEmpty(folder) ? PartKinds.Of(folder) : kind;
    }

    private static DatasetPart OneOf(string folder, DatasetPart[] same)
    {
        DatasetPart[] instances = [.. same.Where(part => !s_otherTasks.Any(task => NameOf(part).Contains(task, StringComparison.Ordinal)))];
        if (instances.Length > 1)
        {
            DatasetPart[] named = [.. instances.Where(part => NameOf(part).Contains("instances", StringComparison.Ordinal))];
            if (named.Length > 0) instances = named;
        }

        return instances switch
        {
            [DatasetPart one] => one,
            [] => same[0],
            _ => throw new InputException(
                $"'{folder}' holds several datasets of which one is to be chosen: "
                + $"{string.Join(", ", instances.Select(part => Path.GetRelativePath(folder, part.Input)))}; "
                + "set data.train.images and data.train.annotations, and the same of data.val"),
        };

        static string NameOf(DatasetPart part) => Path.GetFileName(part.Input);
    }

    [GeneratedRegex(@"^(train|val|test)\s*:\s*([^#]*)")]
    private static partial Regex YoloPart();
}
