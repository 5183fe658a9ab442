using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>Reads YAML (and so JSON) into nodes that know their lines.</summary>
internal static class YamlReader
{
    /// <summary>Reads a document; an empty one is an empty mapping.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="name">The name that messages use, such as the file's path.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="InputException">The text is not YAML, or not one mapping.</exception>
    public static MappingNode ReadDocument(string text, string name, string folder)
    {
        YamlNode? root = YamlText.Load(text, name, InputLimits.Default);
        Origin At(YamlNode node) => new($"{name}:{node.Start.Line}", folder, IsFile: true);
        return root switch
        {
            null => new MappingNode(new Origin($"{name}:1", folder, IsFile: true), new Dictionary<string, ConfigNode>()),
            YamlMappingNode mapping => (MappingNode)new Converter(At).Convert(mapping, At(mapping)),
            YamlScalarNode { Value: null or "" or "~" or "null" } empty => new MappingNode(At(empty), new Dictionary<string, ConfigNode>()),
            _ => throw At(root).Invalid("a configuration is a mapping of keys to values."),
        };
    }

    /// <summary>Reads an argument's value: quoted text, <c>[lists]</c> and <c>{mappings}</c> as YAML, the rest as it stands.</summary>
    public static ConfigNode ReadValue(string text, Origin origin)
    {
        string trimmed = text.Trim();
        if (trimmed.Length == 0 || !"[{\"'".Contains(trimmed[0])) return new ScalarNode(origin, trimmed, isQuoted: false);
        return new Converter(_ => origin).Convert(YamlText.Load(trimmed, origin.Where, InputLimits.Default)!, origin);
    }

    /// <summary>
    /// Converts nodes. YAML's aliases let a short text stand for an endless or a gigantic tree; no configuration is so deep or so large.
    /// </summary>
    private sealed class Converter(Func<YamlNode, Origin> at)
    {
        private const int MaxDepth = 32;
        private const int MaxNodes = 100_000;
        private int _nodes;

        public ConfigNode Convert(YamlNode node, Origin origin, int depth = 0)
        {
            if (depth > MaxDepth || ++_nodes > MaxNodes)
                throw origin.Invalid("the configuration is nested too deeply or is too large.", InputErrorKind.TooLarge);
            return node switch
            {
                YamlScalarNode scalar => new ScalarNode(origin, scalar.Value ?? "", IsQuoted(scalar)),
                YamlSequenceNode list => new ListNode(origin, [.. list.Children.Select(item => Convert(item, at(item), depth + 1))]),
                YamlMappingNode mapping => ConvertMapping(mapping, origin, depth),
                _ => throw origin.Invalid("expected a value, a list or a mapping."),
            };
        }

        private static bool IsQuoted(YamlScalarNode scalar) => scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any);

        private MappingNode ConvertMapping(YamlMappingNode mapping, Origin origin, int depth)
        {
            OrderedDictionary<string, ConfigNode> children = [];
            foreach ((YamlNode key, YamlNode value) in mapping.Children)
            {
                if (key is not YamlScalarNode { Value: string name }) throw at(key).Invalid("a key is one word.");
                if (!children.TryAdd(name, Convert(value, at(key), depth + 1))) // a tag makes two keys of one word
                    throw at(key).Invalid($"the key '{name}' is there twice.");
            }
            return new MappingNode(origin, children);
        }
    }
}
