using System.Globalization;
using System.Reflection;
using Panoptes.Training.Models;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>Turns nodes into configuration records, strictly: unknown keys, wrong types and values out of range are refused.</summary>
/// <param name="dataRoot">Absolute <c>data.root</c>, or null.</param>
internal sealed class ConfigBinder(string? dataRoot)
{
    private const BindingFlags NonPublicInstance = BindingFlags.NonPublic | BindingFlags.Instance;

    /// <summary>Binds a whole configuration.</summary>
    public static PanoptesConfig Bind(MappingNode root)
    {
        string? dataRoot = root.Find("data.root") is ScalarNode { IsNull: false } scalar
            ? ConfigFileReader.FullPath(scalar.Text, scalar.Origin.Folder, scalar.Origin)
            : null;
        return (PanoptesConfig)new ConfigBinder(dataRoot).BindRecord(root, typeof(PanoptesConfig), "");
    }

    private object BindRecord(MappingNode node, Type type, string prefix)
    {
        object record = Activator.CreateInstance(type)!;
        IReadOnlyList<ConfigKey> keys = ConfigKey.Of(type);
        foreach ((string name, ConfigNode value) in node.Children)
        {
            ConfigKey key = keys.FirstOrDefault(k => k.Name == name) ?? throw UnknownKey(name, value, keys, prefix);
            key.Property.SetValue(record, BindValue(value, key, prefix + name));
        }
        return record;
    }

    private object? BindValue(ConfigNode node, ConfigKey key, string fullName)
    {
        InputException Refuse() => node.Origin.Invalid($"{fullName}: {node} is not allowed; expected {key.Expected}.");
        if (key.IsRecord) return node is MappingNode mapping ? BindRecord(mapping, key.ValueType, fullName + ".") : throw Refuse();
        if (node is ScalarNode { IsNull: true }) return key.IsNullable ? null : throw Refuse();
        if (!key.IsList) return BindScalar(node, key) ?? throw Refuse();
        IReadOnlyList<ConfigNode> items = node is ListNode list ? list.Items : [node];
        if (items.Count < key.MinCount || items.Count > key.MaxCount) throw Refuse();
        Array values = Array.CreateInstance(key.ValueType, items.Count);
        for (int i = 0; i < items.Count; i++) values.SetValue(BindScalar(items[i], key) ?? throw Refuse(), i);
        return Activator.CreateInstance(key.Property.PropertyType, NonPublicInstance, null, [values], CultureInfo.InvariantCulture);
    }

    /// <summary>The value, or null where the text is not one that the key allows.</summary>
    private object? BindScalar(ConfigNode node, ConfigKey key)
    {
        if (node is not ScalarNode { IsNull: false } scalar) return null;
        object? value = ParseScalar(scalar, key.ValueType);
        if (value is string path && key.Path is not null) return ResolvePath(path, key.Path, node.Origin);
        return value is not null && key.Allows(value) ? value : null;
    }

    private static object? ParseScalar(ScalarNode scalar, Type type)
    {
        string text = scalar.Text;
        if (type == typeof(string)) return string.IsNullOrWhiteSpace(text) ? null : text;
        if (type.IsEnum) return EnumNames.Parse(type, text);
        if (scalar.IsQuoted) return null;
        if (type == typeof(bool)) return text switch { "true" => true, "false" => false, _ => null };
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int)) return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole) ? whole : null;
        if (type == typeof(double)) return double.TryParse(text, NumberStyles.Float, culture, out double real) ? real : null;
        throw new NotSupportedException($"Configuration keys of type {type} are not supported.");
    }

    private string ResolvePath(string path, ConfigPathAttribute rule, Origin origin)
    {
        if (path == rule.Word) return path;
        if (rule.IsModel && ShippedModels.Find(path) is { } model) return model;
        string root = rule.InDataRoot && origin.IsFile && dataRoot is not null ? dataRoot : origin.Folder;
        string full = ConfigFileReader.FullPath(path, root, origin);
        bool isName = rule.IsModel && Path.GetFileName(path) == path && !Path.HasExtension(path) && !Path.Exists(full);
        string[] names = rule.Word is null ? [.. ShippedModels.Names()] : [rule.Word, .. ShippedModels.Names()];
        return isName && Nearest.To(path, names) is { } near
            ? throw origin.Invalid($"{path}: file not found; did you mean '{near}', which comes with Panoptes?")
            : full;
    }

    private static InputException UnknownKey(string name, ConfigNode node, IReadOnlyList<ConfigKey> siblings, string prefix)
    {
        string? near = Nearest.To(name, siblings.Select(k => k.Name)) is string sibling
            ? prefix + sibling
            : KeyNamed(name, typeof(PanoptesConfig), "");
        string hint = near is null ? "." : $"; did you mean '{near}'?";
        string place = prefix.Length == 0 ? "" : $" under '{prefix.TrimEnd('.')}'";
        string allowed = string.Join(", ", siblings.Select(k => k.Name).Order(StringComparer.Ordinal));
        return node.Origin.Invalid($"unknown key '{prefix}{name}'{hint} Allowed{place}: {allowed}.");
    }

    /// <summary>The first key anywhere in the tree that has exactly this name: someone forgot where it belongs.</summary>
    private static string? KeyNamed(string name, Type record, string prefix)
    {
        foreach (ConfigKey key in ConfigKey.Of(record))
        {
            if (key.Name == name) return prefix + key.Name;
            if (key.IsRecord && KeyNamed(name, key.ValueType, $"{prefix}{key.Name}.") is string found) return found;
        }
        return null;
    }
}
