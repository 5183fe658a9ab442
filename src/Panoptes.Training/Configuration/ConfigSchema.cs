using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Configuration;

/// <summary>
/// The JSON Schema (draft 2020-12) of configuration files, for editors that complete and check YAML: types, ranges, allowed words,
/// defaults, and as descriptions the documentation of the records.
/// </summary>
public static class ConfigSchema
{
    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The schema as indented JSON.</summary>
    public static string ToJson()
    {
        XmlDocumentation docs = new();
        JsonObject schema = new() { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "Panoptes configuration" };
        foreach ((string name, JsonNode? node) in DescribeRecord(new PanoptesConfig(), typeof(PanoptesConfig), docs).ToArray())
            schema[name] = node?.DeepClone();
        schema["description"] = docs.Summary(typeof(PanoptesConfig));
        JsonObject extends = new()
        {
            ["description"] = "Files to build on, relative to this one; of several, later ones win.",
            ["type"] = new JsonArray("string", "array"),
            ["items"] = new JsonObject { ["type"] = "string" },
        };
        schema["properties"]!.AsObject().Insert(0, ConfigFileReader.ExtendsKey, extends);
        return schema.ToJsonString(s_indented) + "\n";
    }

    /// <summary>The keys as tables in Markdown, one for each part of the configuration: key, default, what is allowed, meaning.</summary>
    public static string ToMarkdown()
    {
        XmlDocumentation docs = new();
        StringBuilder text = new();
        text.Append("## Top level\n\n").Append(docs.Summary(typeof(PanoptesConfig))).Append("\n\n");
        AppendTable(text, new PanoptesConfig(), typeof(PanoptesConfig), "", docs);
        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>Lists all keys in the order of the records.</summary>
    public static IReadOnlyList<SchemaKey> Keys() => [.. KeysOf(typeof(PanoptesConfig), "")];

    private static IEnumerable<SchemaKey> KeysOf(Type type, string prefix) => ConfigKey.Of(type).SelectMany(key => key.IsRecord
        ? KeysOf(key.ValueType, $"{prefix}{key.Name}.")
        : [new SchemaKey(prefix + key.Name, key.ValueType.IsEnum ? EnumNames.Of(key.ValueType)
            : key.ValueType == typeof(bool) ? ["true", "false"]
            : [])]);

    /// <summary>The record's own keys as a table, then a section for each record in it.</summary>
    private static void AppendTable(StringBuilder text, object defaults, Type type, string prefix, XmlDocumentation docs)
    {
        IReadOnlyList<ConfigKey> keys = ConfigKey.Of(type);
        ConfigKey[] values = [.. keys.Where(key => !key.IsRecord)];
        if (values.Length > 0) text.Append("| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n");
        foreach (ConfigKey key in values)
        {
            object? value = key.Property.GetValue(defaults);
            string standard = key.IsList ? value!.ToString()! : ConfigWriter.Quote(value).Trim('"');
            string meaning = Description(key, docs)
                .Replace("\n", "<br>", StringComparison.Ordinal)
                .Replace("|", "\\|", StringComparison.Ordinal);
            text.Append($"| `{prefix}{key.Name}` | `{standard}` | {key.Expected} | {meaning} |\n");
        }

        if (values.Length > 0) text.Append('\n');
        foreach (ConfigKey key in keys.Where(key => key.IsRecord))
        {
            text.Append($"## {prefix}{key.Name}\n\n{Description(key, docs)}\n\n");
            AppendTable(text, key.Property.GetValue(defaults)!, key.ValueType, $"{prefix}{key.Name}.", docs);
        }
    }

    private static JsonObject DescribeRecord(object defaults, Type type, XmlDocumentation docs)
    {
        JsonObject properties = [];
        foreach (ConfigKey key in ConfigKey.Of(type))
        {
            object? value = key.Property.GetValue(defaults);
            JsonObject described = key.IsRecord ? DescribeRecord(value!, key.ValueType, docs) : DescribeValue(key, docs);
            if (Description(key, docs) is { Length: > 0 } text) described.Insert(0, "description", text);
            if (!key.IsRecord) described["default"] = Default(value);
            properties[key.Name] = described;
        }
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject DescribeValue(ConfigKey key, XmlDocumentation docs)
    {
        JsonObject item = DescribeItem(key, nullable: key.IsNullable && !key.IsList);
        if (!key.IsList) return item;
        JsonObject list = new() { ["type"] = "array", ["items"] = item };
        if (key.MinCount > 0) list["minItems"] = key.MinCount;
        if (key.MaxCount < int.MaxValue) list["maxItems"] = key.MaxCount;
        bool oneWillDo = key.MinCount <= 1;
        return oneWillDo ? new JsonObject { ["anyOf"] = new JsonArray(item.DeepClone(), list) } : list;
    }

    private static JsonObject DescribeItem(ConfigKey key, bool nullable)
    {
        JsonObject item = [];
        string type = key.ValueType == typeof(bool) ? "boolean"
            : key.ValueType == typeof(int) ? "integer"
            : key.ValueType == typeof(double) ? "number" : "string";
        item["type"] = nullable ? new JsonArray(type, "null") : type;
        if (key.ValueType.IsEnum) item["enum"] = new JsonArray([.. EnumNames.Of(key.ValueType).Select(n => JsonValue.Create(n))]);
        if (key.AllowedValues is not null) item["enum"] = new JsonArray([.. key.AllowedValues.Select(Default)]);
        if (key.Range is not null)
        {
            string minimum = key.Range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum";
            string maximum = key.Range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum";
            item[minimum] = Default(key.Range.Minimum);
            if (key.Range.Maximum is not int.MaxValue) item[maximum] = Default(key.Range.Maximum);
        }
        return item;
    }

    private static string Description(ConfigKey key, XmlDocumentation docs)
    {
        StringBuilder text = new(docs.Summary(key.Property));
        if (key.ValueType.IsEnum)
        {
            foreach (System.Reflection.FieldInfo field in EnumNames.Fields(key.ValueType))
                text.Append($"\n{EnumNames.NameOf(field)}: {docs.Summary(field)}");
        }
        return text.ToString();
    }

    private static JsonNode? Default(object? value) => value is System.Collections.IEnumerable list and not string
        ? new JsonArray([.. list.Cast<object?>().Select(Default)])
        : JsonNode.Parse(ConfigWriter.Quote(value));
}
