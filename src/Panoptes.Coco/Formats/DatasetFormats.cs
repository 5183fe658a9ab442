using System.Text.Json;
using Panoptes.Coco.Formats.Cityscapes;
using Panoptes.Coco.Formats.Cvat;
using Panoptes.Coco.Formats.Datumaro;
using Panoptes.Coco.Formats.LabelStudio;
using Panoptes.Coco.Formats.Supervisely;
using Panoptes.Coco.Formats.Voc;
using Panoptes.Coco.Formats.Yolo;

namespace Panoptes.Coco.Formats;

/// <summary>The names of formats, and how to tell them by what lies on the disk.</summary>
public static class DatasetFormats
{
    private const int JsonsLookedAt = 5;
    private const string RootList = "";

    private static readonly DatasetFormat[] s_all = Enum.GetValues<DatasetFormat>();

    /// <summary>All names, as <see cref="Parse"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(NameOf)];

    /// <summary>The names of formats that are written as well as read.</summary>
    public static IReadOnlyList<string> WritableNames { get; } = [.. s_all.Where(IsWritable).Select(NameOf)];

    /// <summary>A format's name on the command line.</summary>
    public static string NameOf(DatasetFormat format) => format switch
    {
        DatasetFormat.Coco => "coco",
        DatasetFormat.Masks => "masks",
        DatasetFormat.Yolo => "yolo",
        DatasetFormat.LabelMe => "labelme",
        DatasetFormat.Voc => "voc",
        DatasetFormat.Panoptic => "panoptic",
        DatasetFormat.PanopticTwoChannel => "panoptic-2ch",
        DatasetFormat.PanopticDetection => "panoptic-detection",
        DatasetFormat.LabelStudio => "label-studio",
        DatasetFormat.Cvat => "cvat",
        DatasetFormat.Cityscapes => "cityscapes",
        DatasetFormat.Supervisely => "supervisely",
        DatasetFormat.Datumaro => "datumaro",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>The format of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static DatasetFormat Parse(string name)
    {
        int index = Array.FindIndex(s_all, format => NameOf(format) == name);
        return index >= 0
            ? s_all[index]
            : throw InputException.ForSetting(null, $"the format '{name}' is unknown; it is one of {string.Join(", ", Names)}");
    }

    /// <summary>
    /// Tells the format of a file or folder, where that is plain to see. Masks that do not lie as Penn-Fudan's do and two-channel PNGs are
    /// only folders of PNGs, and the detection format looks like COCO's unless it was written here: those have to be named.
    /// </summary>
    /// <param name="path">A JSON, an XML, a data.yaml, or a folder.</param>
    /// <returns>The format, or null.</returns>
    public static DatasetFormat? Detect(string path)
    {
        if (Directory.Exists(path))
        {
            return DetectFolder(path);
        }

        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".YAML" or ".YML" => DatasetFormat.Yolo,
            ".JSON" when File.Exists(path) => DetectJson(path),
            ".XML" when CvatReader.FileOf(path) is not null => DatasetFormat.Cvat,
            _ => null,
        };
    }

    /// <summary>
    /// The names of a dataset's parts, as <see cref="ConversionOptions.Split"/> takes them: train, val and test, where it has them.
    /// </summary>
    /// <param name="format">Its format.</param>
    /// <param name="path">The dataset.</param>
    /// <returns>The names; none for a format whose datasets have no parts.</returns>
    /// <exception cref="InputException">The file that names the parts is malformed.</exception>
    public static IReadOnlyList<string> PartsOf(DatasetFormat format, string path) => format switch
    {
        DatasetFormat.Yolo => YoloReader.PartsOf(path),
        DatasetFormat.Voc => VocFiles.Find(path).Parts(),
        DatasetFormat.Cityscapes => CityscapesReader.PartsOf(path),
        DatasetFormat.Supervisely => SuperviselyReader.PartsOf(path),
        _ => [],
    };

    /// <summary>Returns whether a format is written as well as read.</summary>
    /// <param name="format">The format.</param>
    public static bool IsWritable(DatasetFormat format) => format is not (DatasetFormat.LabelStudio or DatasetFormat.Cvat
        or DatasetFormat.Cityscapes or DatasetFormat.Supervisely or DatasetFormat.Datumaro);

    internal static bool IsPanoptic(DatasetFormat format) =>
        format is DatasetFormat.Panoptic or DatasetFormat.PanopticTwoChannel or DatasetFormat.PanopticDetection;

    internal static bool IsCocoJson(DatasetFormat format) =>
        format is DatasetFormat.Coco or DatasetFormat.Panoptic or DatasetFormat.PanopticDetection;

    private static DatasetFormat? DetectFolder(string path)
    {
        if (YoloConfig.FileOf(path) is not null)
        {
            return DatasetFormat.Yolo;
        }

        if (Holds("PedMasks"))
        {
            return DatasetFormat.Masks;
        }

        if (Holds("SegmentationObject") || (Holds("Annotations") && Holds("JPEGImages")))
        {
            return DatasetFormat.Voc;
        }

        if (CvatReader.FileOf(path) is not null)
        {
            return DatasetFormat.Cvat;
        }

        if (SuperviselyReader.Is(path))
        {
            return DatasetFormat.Supervisely;
        }

        if (CityscapesReader.Is(path))
        {
            return DatasetFormat.Cityscapes;
        }

        // A note of another tool may lie among the files.
        IEnumerable<string> jsons = FolderTree.EnumerateFiles(path, "*.json").Take(JsonsLookedAt);
        return jsons.Any(json => Keys(json).Contains("shapes")) ? DatasetFormat.LabelMe
            : VocFiles.Is(path) ? DatasetFormat.Voc
            : YoloFolder.Is(path) ? DatasetFormat.Yolo
            : null;

        bool Holds(string folder) => Directory.Exists(Path.Combine(path, folder));
    }

    private static DatasetFormat? DetectJson(string path)
    {
        HashSet<string> keys = Keys(path);
        return keys.Contains("segments_info") ? DatasetFormat.Panoptic
            : keys.Contains("segment_id") ? DatasetFormat.PanopticDetection
            : LabelStudioReader.Is(keys.Contains(RootList), keys) ? DatasetFormat.LabelStudio
            : DatumaroReader.Is(keys) ? DatasetFormat.Datumaro
            : keys.Contains("annotations") ? DatasetFormat.Coco
            : null;
    }

    /// <summary>The keys of a JSON up to the first ones of an annotation, whatever their depth.</summary>
    private static HashSet<string> Keys(string path)
    {
        HashSet<string> keys = [];
        HashSet<string> lists = [];
        try
        {
            using FileStream stream = Files.Json.JsonLists.Open(path);
            Files.Json.JsonBlockSource source = new(stream);
            Files.Json.JsonBlock block = new();
            while (source.TryNext(block))
            {
                if (!lists.Add(block.List ?? RootList))
                {
                    continue; // one block of a list tells enough
                }

                using JsonDocument elements = JsonDocument.Parse(block.Text.ToArray());
                JsonElement first = elements.RootElement[0];
                keys.UnionWith(first.ValueKind == JsonValueKind.Object ? first.EnumerateObject().Select(p => p.Name) : []);
            }

            using JsonDocument skeleton = JsonDocument.Parse(source.Skeleton.ToArray());
            keys.UnionWith(
                skeleton.RootElement.ValueKind == JsonValueKind.Object ? skeleton.RootElement.EnumerateObject().Select(p => p.Name) : []);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not for this method to complain about: anyone who reads the file says where it is wrong.
        }

        keys.UnionWith(lists);
        return keys;
    }
}
