namespace Panoptes.Training.Configuration.Binding;

/// <summary>Reads a configuration file and what it extends into one mapping.</summary>
/// <param name="currentDirectory">Absolute; relative paths of the first file start here, and messages name files from here.</param>
internal sealed class ConfigFileReader(string currentDirectory)
{
    /// <summary>The key that names the files a configuration builds on.</summary>
    public const string ExtendsKey = "extends";

    // Far more than anybody nests; each file is read once, however many extend it.
    private const int MostFiles = 256;
    private const int Deepest = 32;

    private readonly List<string> _open = [];
    private readonly Dictionary<string, MappingNode> _read = [];

    /// <summary>Reads a file, laid over the files it extends; of several, later ones lie over earlier ones.</summary>
    public MappingNode Read(string path) =>
        Read(FullPath(path, currentDirectory, new Origin("configuration", currentDirectory, IsFile: false)), asked: null);

    /// <summary>Reads text that stands in no file, such as a model's: it names no files of the machine that reads it.</summary>
    public static MappingNode ReadText(string text, string name, string folder)
    {
        MappingNode own = YamlReader.ReadDocument(text, name, folder);
        return own.Children.TryGetValue(ExtendsKey, out ConfigNode? extends)
            ? throw extends.Origin.Invalid($"{ExtendsKey}: not allowed here; only a configuration file extends others.")
            : own;
    }

    private MappingNode ReadFile(string text, string name, string folder)
    {
        MappingNode own = YamlReader.ReadDocument(text, name, folder);
        MappingNode? below = null;
        foreach (ScalarNode reference in ExtendedFiles(own))
        {
            MappingNode next = Read(FullPath(reference.Text, folder, reference.Origin), reference);
            below = below is null ? next : below.Overlay(next);
        }
        own = own.Without(ExtendsKey);
        return below is null ? own : below.Overlay(own);
    }

    private MappingNode Read(string fullPath, ScalarNode? asked)
    {
        string name = DisplayName(fullPath);
        InputException Wrong(string problem, InputErrorKind kind) => asked is null
            ? new InputException(kind, name, null, problem)
            : asked.Origin.Invalid($"{ExtendsKey}: {problem}", kind);
        if (_open.Contains(fullPath))
            throw Wrong($"a circle: {string.Join(" -> ", _open.Append(fullPath).Select(DisplayName))}.", InputErrorKind.Invalid);
        if (_read.TryGetValue(fullPath, out MappingNode? known)) return known;
        if (_open.Count >= Deepest || _read.Count >= MostFiles)
            throw Wrong($"more than {Deepest} files extend one another, or {MostFiles} in all.", InputErrorKind.TooLarge);
        string text;
        try
        {
            text = InputFile.ReadText(fullPath);
        }
        catch (InputException e) when (e.Kind == InputErrorKind.NotFound)
        {
            throw (asked is null ? e : Wrong("", e.Kind)).WithMessage(
                $"{(asked is null ? "" : $"{asked.Origin.Where}: {ExtendsKey}: ")}the configuration file '{name}' does not exist.");
        }
        catch (InputException e) when (asked is not null)
        {
            throw Wrong(e.Message, e.Kind);
        }
        _open.Add(fullPath);
        MappingNode node = ReadFile(text, name, Path.GetDirectoryName(fullPath)!);
        _open.RemoveAt(_open.Count - 1);
        return _read[fullPath] = node;
    }

    private static IEnumerable<ScalarNode> ExtendedFiles(MappingNode own)
    {
        if (!own.Children.TryGetValue(ExtendsKey, out ConfigNode? extends)) return [];
        IReadOnlyList<ConfigNode> items = extends is ListNode list ? list.Items : [extends];
        return items.Select(item => item is ScalarNode { IsNull: false } scalar
            ? scalar
            : throw item.Origin.Invalid($"{ExtendsKey}: {item} is not allowed; expected a path or a list of paths."));
    }

    /// <summary>A path that a file names, from the file's folder.</summary>
    /// <exception cref="InputException">No path has such characters.</exception>
    public static string FullPath(string path, string folder, Origin origin) => path.Contains('\0', StringComparison.Ordinal)
        ? throw origin.Invalid("a path holds the character 0.")
        : Path.GetFullPath(path, folder);

    private string DisplayName(string fullPath)
    {
        string relative = Path.GetRelativePath(currentDirectory, fullPath);
        return relative.StartsWith("..", StringComparison.Ordinal) ? fullPath : relative;
    }
}
