namespace Panoptes.Training.Configuration.Binding;

/// <summary>Reads a configuration file and what it extends into one mapping.</summary>
/// <param name="currentDirectory">Absolute; relative paths of the first file start here, and messages name files from here.</param>
internal sealed class ConfigFileReader(string currentDirectory)
{
    /// <summary>The key that names the files a configuration builds on.</summary>
    public const string ExtendsKey = "extends";

    private readonly List<string> _open = [];

    /// <summary>Reads a file, laid over the files it extends; of several, later ones lie over earlier ones.</summary>
    public MappingNode Read(string path) => Read(Path.GetFullPath(path, currentDirectory), asked: null);

    /// <summary>Reads text as if it stood in a file of the given folder.</summary>
    public MappingNode ReadText(string text, string name, string folder)
    {
        MappingNode own = YamlReader.ReadDocument(text, name, folder);
        MappingNode? below = null;
        foreach (ScalarNode reference in ExtendedFiles(own))
        {
            MappingNode next = Read(Path.GetFullPath(reference.Text, folder), reference);
            below = below is null ? next : below.Overlay(next);
        }
        own = own.Without(ExtendsKey);
        return below is null ? own : below.Overlay(own);
    }

    private MappingNode Read(string fullPath, ScalarNode? asked)
    {
        string name = DisplayName(fullPath);
        string prefix = asked is null ? "" : $"{asked.Origin.Where}: {ExtendsKey}: ";
        if (_open.Contains(fullPath))
            throw new InputException($"{prefix}a circle: {string.Join(" -> ", _open.Append(fullPath).Select(DisplayName))}.");
        string text;
        try
        {
            text = File.ReadAllText(fullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : $"cannot be read ({e.Message})";
            throw new InputException($"{prefix}the configuration file '{name}' {reason}.", e);
        }
        _open.Add(fullPath);
        MappingNode node = ReadText(text, name, Path.GetDirectoryName(fullPath)!);
        _open.RemoveAt(_open.Count - 1);
        return node;
    }

    private static IEnumerable<ScalarNode> ExtendedFiles(MappingNode own)
    {
        if (!own.Children.TryGetValue(ExtendsKey, out ConfigNode? extends)) return [];
        IReadOnlyList<ConfigNode> items = extends is ListNode list ? list.Items : [extends];
        return items.Select(item => item is ScalarNode { IsNull: false } scalar
            ? scalar
            : throw new InputException($"{item.Origin.Where}: {ExtendsKey}: {item} is not allowed; expected a path or a list of paths."));
    }

    private string DisplayName(string fullPath)
    {
        string relative = Path.GetRelativePath(currentDirectory, fullPath);
        return relative.StartsWith("..", StringComparison.Ordinal) ? fullPath : relative;
    }
}
