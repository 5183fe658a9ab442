using System.Globalization;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>What a YOLO dataset says of itself: the folder, the parts and the names of the classes, by index.</summary>
/// <param name="Root">The folder of the dataset.</param>
/// <param name="Splits">The parts by name: folders of images, or text files that list them, relative to the root or absolute.</param>
/// <param name="Names">The classes.</param>
internal sealed record YoloConfig(string Root, IReadOnlyDictionary<string, IReadOnlyList<string>> Splits, IReadOnlyList<string> Names)
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "data.yaml";

    /// <summary>The parts there can be, in the order in which they are read.</summary>
    public static readonly IReadOnlyList<string> SplitNames = ["train", "val", "test"];

    private const string KeypointsKey = "kpt_shape";

    private static readonly string[] s_fileNames = [FileName, "data.yml", "dataset.yaml", "dataset.yml"];

    /// <summary>Keys that say nothing of images and labels.</summary>
    private static readonly string[] s_otherKeys =
        ["path", "names", "nc", "download", "roboflow", "license", "version", "description", "channels"];

    /// <summary>What else the file says, which is not read.</summary>
    public IReadOnlyList<string> UnknownKeys { get; init; } = [];

    /// <summary>How many keypoints each object has, and how many numbers each of them: a pose dataset; or null.</summary>
    public (int Count, int Numbers)? Keypoints { get; init; }

    /// <summary>What contradicts itself in the file, or null.</summary>
    public string? Contradiction { get; init; }

    /// <summary>The names under which a part is found, in files and as a folder: Ultralytics takes <c>validation</c> for val, Roboflow
    /// writes <c>valid</c>.</summary>
    public static string[] NamesOf(string split) => split == "val" ? ["val", "validation", "valid"] : [split];

    /// <summary>The data.yaml of a dataset; null where it has none.</summary>
    /// <param name="path">The file, or its folder.</param>
    public static string? FileOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string? usual = s_fileNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        string[] all = usual is null ? [.. Directory.EnumerateFiles(path).Where(IsYaml)] : [];
        return usual ?? all.FirstOrDefault(file => all.Length == 1
            && File.ReadLines(file).Any(line => line.StartsWith("names", StringComparison.Ordinal)));

        static bool IsYaml(string file) => Path.GetExtension(file).ToUpperInvariant() is ".YAML" or ".YML";
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, or its folder.</param>
    /// <param name="text">Reads its text.</param>
    /// <param name="classes">The classes that the user gave, for a file that names none; or null.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static YoloConfig Load(string path, FormatText text, ClassList? classes = null)
    {
        string file = FileOf(path) ?? Path.Combine(path, FileName);
        if (!File.Exists(file))
        {
            throw new InputException(
                InputErrorKind.NotFound, file, null, $"file not found; a YOLO dataset has a {FileName} with names, train and val.");
        }

        DataYaml values = DataYaml.Read(file, text);
        Dictionary<string, IReadOnlyList<string>> splits = [];
        foreach (string split in SplitNames)
        {
            foreach (string name in NamesOf(split))
            {
                if ((values.Text(name) is { } one ? [one] : values.List(name)) is { } places)
                {
                    splits.TryAdd(split, places);
                }
            }
        }

        List<string> names = ReadNames(file, values, classes);
        int? count = int.TryParse(values.Text("nc"), CultureInfo.InvariantCulture, out int nc) ? nc : null;
        (int Count, int Numbers)? keypoints = ReadKeypoints(values);
        return new YoloConfig(FindRoot(file, values.Text("path")), splits, names)
        {
            UnknownKeys =
            [
                .. values.Keys.Where(key => !s_otherKeys.Contains(key) && !SplitNames.Any(split => NamesOf(split).Contains(key))
                    && (key != KeypointsKey || keypoints is null)).Select(key => $"{file}: {key}"),
            ],
            Keypoints = keypoints,
            Contradiction = count is null || count == names.Count ? null : $"{file}: nc is {count}, but there are {names.Count} names",
        };
    }

    /// <summary>Writes a file; parts that it had before stay in it.</summary>
    /// <param name="folder">The dataset's folder, which exists.</param>
    /// <param name="split">The part that was written.</param>
    /// <param name="names">The classes.</param>
    /// <exception cref="InputException">The file is there with other classes, or with what would be lost.</exception>
    public static string Write(string folder, string split, IReadOnlyList<string> names)
    {
        string file = Path.Combine(folder, FileName);
        SortedDictionary<string, string> splits = new(StringComparer.Ordinal) { [split] = $"images/{split}" };
        if (File.Exists(file))
        {
            YoloConfig before = Load(file, new FormatText(fallback: null));
            if (!before.Names.SequenceEqual(names))
            {
                string some = string.Join(", ", before.Names.Take(5));
                throw new InputException(
                    InputErrorKind.Invalid, file, null, $"is there already with other classes ({some} ...); write to another folder.");
            }

            string[] lost = [.. LostBy(split, before, DataYaml.Read(file, new FormatText(fallback: null)))];
            if (lost.Length > 0)
            {
                throw new InputException(
                    InputErrorKind.Invalid, file, null,
                    $"is there already with what would be lost ({string.Join("; ", lost)}); write to another folder.");
            }

            foreach ((string other, IReadOnlyList<string> places) in before.Splits)
            {
                splits.TryAdd(other, places[0]);
            }
        }

        // Ultralytics asks for both, train and val. Without the key path it takes the file's own folder.
        splits.TryAdd("train", splits[split]);
        splits.TryAdd("val", splits[split]);
        string text = DataYamlWriter.Write(SplitNames.Where(splits.ContainsKey).Select(name => (name, splits[name])), names);
        AtomicFile.WriteAllBytes(file, System.Text.Encoding.UTF8.GetBytes(text));
        return file;
    }

    /// <summary>What a file says that writing it again with another part does not keep.</summary>
    private static IEnumerable<string> LostBy(string split, YoloConfig before, DataYaml values)
    {
        // A number of classes is that of the names, which are compared.
        string[] kept = ["names", "nc", .. SplitNames.SelectMany(NamesOf)];
        foreach (string key in values.Keys.Where(key => !kept.Contains(key)))
        {
            yield return $"the key {key}";
        }

        foreach ((string name, IReadOnlyList<string> places) in before.Splits)
        {
            // A part that is written again, or that stands for another one only because Ultralytics asks for it.
            bool ours = places.Count == 1 && SplitNames.Any(part => places[0] == $"images/{part}");
            if (places.Count != 1 || (name == split && !ours))
            {
                yield return $"{name}: {string.Join(", ", places)}";
            }
        }
    }

    private static (int Count, int Numbers)? ReadKeypoints(DataYaml values) =>
        values.List(KeypointsKey) is [string first, string second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and < 100_000
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int numbers) && numbers is 2 or 3
            ? (count, numbers)
            : null;

    // Ultralytics looks for a relative path below a folder of its settings; what lies next to the file is meant here.
    private static string FindRoot(string file, string? path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string root = Path.Combine(folder, path?.Replace('\\', '/') ?? "");
        return Directory.Exists(root) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) : folder;
    }

    private static List<string> ReadNames(string file, DataYaml values, ClassList? classes)
    {
        if (values.List("names") is { } list)
        {
            return list;
        }

        if (values.Map("names") is not { } map)
        {
            return classes is not null ? [.. classes.Names]
                : int.TryParse(values.Text("nc"), CultureInfo.InvariantCulture, out int count) && count is > 0 and < 100_000
                ? [.. Enumerable.Range(0, count).Select(i => $"class_{i}")] // as Ultralytics names them
                : throw new InputException(
                    InputErrorKind.Invalid, file, null, "the key names is missing or no list; it holds the names of the classes.");
        }

        List<string> names = [];
        for (int i = 0; i < map.Count; i++)
        {
            names.Add(map.TryGetValue(i.ToString(CultureInfo.InvariantCulture), out string? name)
                ? name
                : throw new InputException(
                    InputErrorKind.Invalid, file, null, $"names has {map.Count} classes, but none with the index {i}."));
        }

        return names;
    }
}
