using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Configuration;

/// <summary>
/// Writes a configuration with every key and its value; <see cref="ConfigLoader"/> reads both forms back to an equal one.
/// </summary>
public static class ConfigWriter
{
    private static readonly JsonWriterOptions s_indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private static readonly JsonSerializerOptions s_quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The configuration as JSON, indented: a run folder's config.json.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="withPaths">Whether paths are written (default true); without, each is null.</param>
    public static string ToJson(PanoptesConfig config, bool withPaths = true)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, s_indented)) WriteJson(writer, config, typeof(PanoptesConfig), withPaths);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>The configuration as YAML.</summary>
    public static string ToYaml(PanoptesConfig config)
    {
        StringBuilder text = new();
        WriteYaml(text, config, typeof(PanoptesConfig), "");
        return text.ToString();
    }

    private static void WriteJson(Utf8JsonWriter writer, object record, Type type, bool withPaths)
    {
        writer.WriteStartObject();
        foreach (ConfigKey key in ConfigKey.Of(type))
        {
            object? value = key.Property.GetValue(record);
            writer.WritePropertyName(key.Name);
            if (key.IsRecord) WriteJson(writer, value!, key.ValueType, withPaths);
            else if (key.IsList) writer.WriteRawValue($"[{string.Join(", ", Items(value!).Select(Quote))}]");
            else writer.WriteRawValue(Quote(withPaths || key.Path is null ? value : null));
        }
        writer.WriteEndObject();
    }

    private static void WriteYaml(StringBuilder text, object record, Type type, string indent)
    {
        foreach (ConfigKey key in ConfigKey.Of(type))
        {
            object? value = key.Property.GetValue(record);
            text.Append(indent).Append(key.Name).Append(':');
            if (key.IsRecord)
            {
                text.Append('\n');
                WriteYaml(text, value!, key.ValueType, indent + "  ");
            }
            else
            {
                text.Append(' ').Append(key.IsList ? $"[{string.Join(", ", Items(value!).Select(Plain))}]" : Plain(value)).Append('\n');
            }
        }
    }

    private static IEnumerable<object?> Items(object list) => ((System.Collections.IEnumerable)list).Cast<object?>();

    /// <summary>A value as JSON.</summary>
    internal static string Quote(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum name => Quote(EnumNames.NameOf(name)),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        int number => number.ToString(CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value.ToString(), s_quoting),
    };

    /// <summary>A value as YAML: words without quotes, all other text as in JSON, which YAML reads.</summary>
    private static string Plain(object? value) => value is Enum name ? EnumNames.NameOf(name) : Quote(value);
}
