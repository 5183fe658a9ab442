using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>Changes values of an object in its text; all other keys, known or not, are copied as they stand.</summary>
internal static class JsonEdit
{
    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object's text with new values; a key that is missing is added.</summary>
    /// <param name="element">The object, valid JSON.</param>
    /// <param name="changes">The new values.</param>
    public static ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> element, IReadOnlyList<JsonChange> changes)
    {
        if (changes.Count == 0)
        {
            return element;
        }

        ArrayBufferWriter<byte> text = new(element.Length + 256);
        using Utf8JsonWriter writer = new(text, s_format);
        HashSet<string> written = [];
        Utf8JsonReader json = new(element);
        json.Read();
        writer.WriteStartObject();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            int start = (int)json.TokenStartIndex;
            json.Skip();
            if (Find(changes, key) is not { } change)
            {
                writer.WritePropertyName(key);
                writer.WriteRawValue(element[start..(int)json.BytesConsumed], skipInputValidation: true);
            }
            else if (written.Add(key))
            {
                Write(writer, change);
            }
        }

        foreach (JsonChange change in changes)
        {
            if (written.Add(change.Key))
            {
                Write(writer, change);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return text.WrittenSpan;
    }

    /// <summary>Writes a list with changes in its elements; what is not changed stays as it stands.</summary>
    /// <param name="json">Where the list is written.</param>
    /// <param name="elements">The elements.</param>
    /// <param name="changes">What changes in an element, by its text and place; null leaves it out.</param>
    public static void WriteList(
        Utf8JsonWriter json, IReadOnlyList<JsonListElement> elements, Func<JsonListElement, int, IReadOnlyList<JsonChange>?> changes)
    {
        json.WriteStartArray();
        for (int i = 0; i < elements.Count; i++)
        {
            if (changes(elements[i], i) is { } found)
            {
                json.WriteRawValue(Apply(elements[i].Text.Span, found), skipInputValidation: true);
            }
        }

        json.WriteEndArray();
    }

    private static JsonChange? Find(IReadOnlyList<JsonChange> changes, string key)
    {
        foreach (JsonChange change in changes)
        {
            if (change.Key == key)
            {
                return change;
            }
        }

        return null;
    }

    private static void Write(Utf8JsonWriter writer, JsonChange change)
    {
        writer.WritePropertyName(change.Key);
        change.Write(writer);
    }
}
