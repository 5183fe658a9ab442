using System.Globalization;
using System.Text.Json;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Formats;

/// <summary>Reads the JSON files of foreign formats that are held as a whole, and the values in them.</summary>
internal static class FormatJson
{
    /// <summary>Reads a file and makes something of its root.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Reads its text.</param>
    /// <param name="read">Makes something of the root.</param>
    /// <exception cref="InputException">It is not JSON, or <paramref name="read"/> complained.</exception>
    public static T Load<T>(string path, FormatText text, Func<JsonElement, T> read)
    {
        using JsonDocument document = JsonFile.Parse(text.Read(path), path);
        return read(document.RootElement);
    }

    /// <summary>A value of an object; null where the key is missing, or it is null or no object.</summary>
    public static JsonElement? Get(this JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text of an object; null where the key is missing or holds none.</summary>
    public static string? Text(this JsonElement json, string key) =>
        json.Get(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text, or a number as its text: names of classes are written as either. A whole number has no decimal point.</summary>
    public static string? Name(this JsonElement json, string key) => json.Get(key) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetDouble() is var value
            && value == Math.Floor(value) && Math.Abs(value) < 1e15
            ? value.ToString("0", CultureInfo.InvariantCulture)
            : number.GetRawText(),
        _ => null,
    };

    /// <summary>A finite number of an object, which may be written as a text; null where the key is missing or holds none.</summary>
    public static double? Number(this JsonElement json, string key) => json.Get(key) is { } value ? NumberIn(value) : null;

    /// <summary>A finite number, which may be written as a text; else null.</summary>
    public static double? NumberIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null,
        JsonValueKind.String => FormatXml.Number(value.GetString()),
        _ => null,
    };

    /// <summary>A count of pixels from 1; null where the key is missing or holds none.</summary>
    public static int? Length(this JsonElement json, string key) =>
        json.Number(key) is >= 1 and <= int.MaxValue and var value && value == Math.Floor(value) ? (int)value : null;

    /// <summary>The elements of a list; none where the key is missing or holds no list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement json, string key) =>
        json.Get(key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The keys of an object that are not among those known.</summary>
    public static IEnumerable<string> UnknownKeys(this JsonElement json, params ReadOnlySpan<string> known)
    {
        List<string> unknown = [];
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in json.EnumerateObject())
            {
                if (!known.Contains(property.Name))
                {
                    unknown.Add(property.Name);
                }
            }
        }

        return unknown;
    }
}
