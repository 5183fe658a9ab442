using System.Text.Json;

namespace Panoptes.Coco.Formats;

/// <summary>The names of formats, and how to tell them by what lies on the disk.</summary>
public static class DatasetFormats
{
    private static readonly DatasetFormat[] s_all = Enum.GetValues<DatasetFormat>();

    /// <summary>All names, as <see cref="Parse"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(NameOf)];

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
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>The format of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static DatasetFormat Parse(string name)
    {
        int index = Array.FindIndex(s_all, format => NameOf(format) == name);
        return index >= 0
            ? s_all[index]
            : throw new InputException($"the format '{name}' is unknown; it is one of {string.Join(", ", Names)}");
    }

    /// <summary>
    /// Tells the format of a file or folder, where that is plain to see. Masks that do not lie as Penn-Fudan's do and two-channel PNGs are
    /// only folders of PNGs, and the detection format looks like COCO's unless it was written here: those have to be named.
    /// </summary>
    /// <param name="path">A JSON, a data.yaml, or a folder.</param>
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
            _ => null,
        };
    }

    internal static bool IsPanoptic(DatasetFormat format) =>
        format is DatasetFormat.Panoptic or DatasetFormat.PanopticTwoChannel or DatasetFormat.PanopticDetection;

    internal static bool IsCocoJson(DatasetFormat format) =>
        format is DatasetFormat.Coco or DatasetFormat.Panoptic or DatasetFormat.PanopticDetection;

    private static DatasetFormat? DetectFolder(string path)
    {
        if (File.Exists(Path.Combine(path, "data.yaml")))
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

        string? json = InputFile.EnumerateFiles(path, "*.json").FirstOrDefault();
        return json is not null && Keys(json).Contains("shapes") ? DatasetFormat.LabelMe : null;

        bool Holds(string folder) => Directory.Exists(Path.Combine(path, folder));
    }

    private static DatasetFormat? DetectJson(string path)
    {
        HashSet<string> keys = Keys(path);
        return keys.Contains("segments_info") ? DatasetFormat.Panoptic
            : keys.Contains("segment_id") ? DatasetFormat.PanopticDetection
            : keys.Contains("annotations") ? DatasetFormat.Coco
            : null;
    }

    /// <summary>The keys of a JSON up to the first ones of an annotation, whatever their depth.</summary>
    private static HashSet<string> Keys(string path)
    {
        HashSet<string> keys = [];
        try
        {
            using FileStream stream = Files.Json.JsonLists.Open(path);
            Files.Json.JsonBlockSource source = new(stream);
            Files.Json.JsonBlock block = new();
            string? list = null;
            while (source.TryNext(block))
            {
                if (block.List == list)
                {
                    continue; // one block of a list tells enough
                }

                keys.Add(list = block.List ?? "");
                using JsonDocument elements = JsonDocument.Parse(block.Text.ToArray());
                JsonElement first = elements.RootElement[0];
                keys.UnionWith(first.ValueKind == JsonValueKind.Object ? first.EnumerateObject().Select(p => p.Name) : []);
            }

            using JsonDocument skeleton = JsonDocument.Parse(source.Skeleton.ToArray());
            keys.UnionWith(
                skeleton.RootElement.ValueKind == JsonValueKind.Object ? skeleton.RootElement.EnumerateObject().Select(p => p.Name) : []);
        }
        catch (JsonException)
        {
            // Not for this method to complain about: anyone who reads the file says where it is wrong.
        }

        return keys;
    }
}
