using YamlDotNet.RepresentationModel;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>The values of a <c>data.yaml</c>: texts, lists of texts and maps of texts. What is deeper is skipped.</summary>
internal sealed class DataYaml
{
    private readonly YamlMappingNode _root;

    private DataYaml(YamlMappingNode root) => _root = root;

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys => _root.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Reads its text.</param>
    /// <exception cref="InputException">It is not YAML, or holds no keys.</exception>
    public static DataYaml Read(string path, FormatText text) =>
        YamlText.Load(text.Read(path), path, InputLimits.Default) is YamlMappingNode root
            ? new DataYaml(root)
            : throw new InputException(
                InputErrorKind.Invalid, path, null, "holds no keys; a YOLO dataset's file has names, train and val.");

    /// <summary>A text; null where the key is missing, empty or holds something else.</summary>
    public string? Text(string key) => Find(key) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    /// <summary>A list of texts; null where the key is missing or holds something else.</summary>
    public List<string>? List(string key) =>
        Find(key) is YamlSequenceNode list ? [.. list.OfType<YamlScalarNode>().Select(n => n.Value ?? "")] : null;

    /// <summary>A map of texts; null where the key is missing or holds something else.</summary>
    public Dictionary<string, string>? Map(string key) => Find(key) is YamlMappingNode map
        ? map.Where(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode })
            .GroupBy(pair => ((YamlScalarNode)pair.Key).Value ?? "") // a tag makes two keys of one word
            .ToDictionary(same => same.Key, same => ((YamlScalarNode)same.Last().Value).Value ?? "")
        : null;

    private YamlNode? Find(string key) => _root.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;
}
