using Panoptes.Coco.Formats;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>Finds the parts of a dataset in a folder, in any format that the converter reads.</summary>
internal static class FolderLayout
{
    /// <summary>How far below the folder JSON files are looked for: <c>annotations/instances_train2017.json</c> is one level.</summary>
    private const int JsonLevels = 3;

    /// <summary>Kinds of COCO files that hold annotations but no instances.</summary>
    private static readonly string[] s_otherTasks = ["captions", "keypoints", "stuff", "image_info"];

    /// <summary>The parts: one to train on at least; all of one format.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="panoptic">Whether the network needs every pixel labeled, so that instances are not enough.</param>
    /// <exception cref="InputException">The folder holds no dataset, or several for the same part.</exception>
    public static IReadOnlyList<DatasetPart> Find(string folder, bool panoptic)
    {
        List<DatasetPart> parts = panoptic ? [] : [.. InFolder(folder)];
        if (parts.Count == 0) parts = [.. InJson(folder, panoptic)];
        if (parts.Count == 0 && !panoptic) parts = [.. InSubfolders(folder)];
        if (parts.Count == 0)
        {
            throw InputException.ForSetting(
                null,
                $"'{folder}' holds no dataset that was recognized: "
                + (panoptic
                    ? "a panoptic network needs COCO panoptic JSON with the PNGs in the folder of its name"
                    : "COCO JSON, COCO panoptic JSON with its PNGs, YOLO's data.yaml or classes.txt, LabelMe's JSON files, "
                        + "Pascal VOC's folders or XML files, Penn-Fudan's PedMasks, the JSON of Label Studio or Datumaro, "
                        + "CVAT's annotations.xml, Supervisely's or Cityscapes' folders, or the folders images and masks")
                + $"; convert it with '{ToolName.Text} dataset convert', or set data.train.images and data.train.annotations");
        }

        return parts;
    }

    /// <summary>What the whole folder is, in the formats that are folders.</summary>
    private static IEnumerable<DatasetPart> InFolder(string folder) => DatasetFormats.Detect(folder) switch
    {
        { } format => Parts(format, folder),
        null => Masks(folder),
    };

    /// <summary>The parts that a dataset names; where there is none to train on, all of it, split later.</summary>
    private static IEnumerable<DatasetPart> Parts(DatasetFormat format, string folder)
    {
        IReadOnlyList<string> names = DatasetFormats.PartsOf(format, folder);
        return names.Contains("train")
            ? names.Select(name => new DatasetPart(PartKinds.Of(name), format, folder) { Split = name })
            : [new DatasetPart(PartKind.Whole, format, folder)];
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
            if (format is DatasetFormat.Coco or DatasetFormat.Panoptic or DatasetFormat.LabelStudio or DatasetFormat.Datumaro)
            {
                found.Add(new DatasetPart(KindOf(folder, file), format.Value, file));
            }
        }

        DatasetFormat[] choices = panoptic
            ? [DatasetFormat.Panoptic]
            : [DatasetFormat.Coco, DatasetFormat.LabelStudio, DatasetFormat.Datumaro, DatasetFormat.Panoptic];
        DatasetFormat wanted = choices.FirstOrDefault(choice => found.Any(part => part.Format == choice), DatasetFormat.Panoptic);
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
            _ => throw InputException.ForSetting(
                null,
                $"'{folder}' holds several datasets; choose one: "
                + $"{string.Join(", ", instances.Select(part => Path.GetRelativePath(folder, part.Input)))}; "
                + "set data.train.images and data.train.annotations, and the same of data.val"),
        };

        static string NameOf(DatasetPart part) => Path.GetFileName(part.Input);
    }
}
