namespace Panoptes.Training.Configuration.Binding;

/// <summary>Keys and their values, in the order they were written.</summary>
internal sealed class MappingNode(Origin origin, IReadOnlyDictionary<string, ConfigNode> children) : ConfigNode(origin)
{
    public IReadOnlyDictionary<string, ConfigNode> Children { get; } = children;

    /// <summary>This mapping with another laid over it: mappings merge key by key, everything else is replaced.</summary>
    public MappingNode Overlay(MappingNode over)
    {
        OrderedDictionary<string, ConfigNode> merged = new(Children);
        foreach ((string key, ConfigNode value) in over.Children)
        {
            merged[key] = value is MappingNode above && merged.GetValueOrDefault(key) is MappingNode below ? below.Overlay(above) : value;
        }
        return new MappingNode(over.Origin, merged);
    }

    /// <summary>The mapping without one of its keys.</summary>
    public MappingNode Without(string key) =>
        new(Origin, new OrderedDictionary<string, ConfigNode>(Children.Where(c => c.Key != key)));

    /// <summary>The node at a dotted key, or null.</summary>
    public ConfigNode? Find(string dottedKey)
    {
        ConfigNode? node = this;
        foreach (string part in dottedKey.Split('.')) node = (node as MappingNode)?.Children.GetValueOrDefault(part);
        return node;
    }

    public override string ToString() => $"{{{string.Join(", ", Children.Keys)}}}";
}
