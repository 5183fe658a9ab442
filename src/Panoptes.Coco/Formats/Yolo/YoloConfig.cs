using System.Globalization;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>What a YOLO dataset's <c>data.yaml</c> says: the folder, the parts and the names of the classes, by index.</summary>
/// <param name="Root">The folder of the dataset.</param>
/// <param name="Splits">The parts by name: folders of images, or text files that list them, relative to the root or absolute.</param>
/// <param name="Names">The classes.</param>
internal sealed record YoloConfig(string Root, IReadOnlyDictionary<string, IReadOnlyList<string>> Splits, IReadOnlyList<string> Names)
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "data.yaml";

    /// <summary>The parts there can be, in the order in which they are read.</summary>
    public static readonly IReadOnlyList<string> SplitNames = ["train", "val", "test"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, or its folder.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static YoloConfig Load(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
        {
            throw new InputException($"{file}: file not found; a YOLO dataset has a {FileName} with names, train and val.");
        }

        DataYaml values = DataYaml.Read(file);
        Dictionary<string, IReadOnlyList<string>> splits = [];
        foreach (string split in SplitNames)
        {
            if ((values.Text(split) is { } one ? [one] : values.List(split)) is { } places)
            {
                splits[split] = places;
            }
        }

        return new YoloConfig(FindRoot(file, values.Text("path")), splits, values.List("names") ?? ReadNames(file, values.Map("names")));
    }

    /// <summary>Writes a file; parts that it had before stay in it.</summary>
    /// <param name="folder">The dataset's folder, which exists.</param>
    /// <param name="split">The part that was written.</param>
    /// <param name="names">The classes.</param>
    /// <exception cref="InputException">The file is there with other classes.</exception>
    public static string Write(string folder, string split, IReadOnlyList<string> names)
    {
        string file = Path.Combine(folder, FileName);
        SortedDictionary<string, string> splits = new(StringComparer.Ordinal) { [split] = $"images/{split}" };
        if (File.Exists(file))
        {
            YoloConfig before = Load(file);
            if (!before.Names.SequenceEqual(names))
            {
                string some = string.Join(", ", before.Names.Take(5));
                throw new InputException($"{file}: is there already with other classes ({some} ...); write to another folder.");
            }

            foreach ((string other, IReadOnlyList<string> places) in before.Splits.Where(s => s.Value.Count == 1))
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

    // Ultralytics looks for a relative path below a folder of its settings; what lies next to the file is meant here.
    private static string FindRoot(string file, string? path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string root = Path.Combine(folder, path ?? "");
        return Directory.Exists(root) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) : folder;
    }

    private static List<string> ReadNames(string file, Dictionary<string, string>? map)
    {
        if (map is null)
        {
            throw new InputException($"{file}: the key names is missing or no list; it holds the names of the classes.");
        }

        List<string> names = [];
        for (int i = 0; i < map.Count; i++)
        {
            names.Add(map.TryGetValue(i.ToString(CultureInfo.InvariantCulture), out string? name)
                ? name
                : throw new InputException($"{file}: names has {map.Count} classes, but none with the index {i}."));
        }

        return names;
    }
}
