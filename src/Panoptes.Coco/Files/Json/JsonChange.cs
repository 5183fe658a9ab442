using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>A new value for a key of an object.</summary>
/// <param name="Key">The key.</param>
/// <param name="Write">Writes the value.</param>
internal readonly record struct JsonChange(string Key, Action<Utf8JsonWriter> Write)
{
    /// <summary>An integer for a key.</summary>
    public static JsonChange Integer(string key, long value) => new(key, json => json.WriteNumberValue(value));

    /// <summary>A text for a key.</summary>
    public static JsonChange Text(string key, string value) => new(key, json => json.WriteStringValue(value));
}
