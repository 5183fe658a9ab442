using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>An element of a list in a JSON file, as its text.</summary>
/// <param name="List">The list's name in the root object.</param>
/// <param name="Text">The element's text in UTF-8; valid until the next element is asked for.</param>
internal readonly record struct JsonListElement(string List, ReadOnlyMemory<byte> Text)
{
    /// <summary>An integer of the element; null where the key is missing or holds something else.</summary>
    public long? Integer(ReadOnlySpan<byte> key) => TryFind(key, out JsonReader json) && json.TryGetInteger(out long value) ? value : null;

    /// <summary>A number of the element; null where the key is missing or holds something else.</summary>
    public double? Number(ReadOnlySpan<byte> key) =>
        TryFind(key, out JsonReader json) && json.TryGetNumber(out double value) ? value : null;

    /// <summary>A text of the element; null where the key is missing or holds something else.</summary>
    public string? String(ReadOnlySpan<byte> key) => TryFind(key, out JsonReader json) ? json.GetString() : null;

    /// <summary>The integers of a list of the element; null where the key is missing or holds anything else.</summary>
    public IReadOnlyList<long>? Integers(ReadOnlySpan<byte> key)
    {
        if (!TryFind(key, out JsonReader json) || json.Token != JsonTokenType.StartArray)
        {
            return null;
        }

        List<long> values = [];
        while (json.ReadElement())
        {
            if (!json.TryGetInteger(out long value))
            {
                return null;
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>The elements of a list of the element; none where the key is missing or holds anything else.</summary>
    public IReadOnlyList<JsonListElement> Elements(ReadOnlySpan<byte> key)
    {
        List<JsonListElement> elements = [];
        Utf8JsonReader json = new(Text.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool wanted = json.ValueTextEquals(key);
            json.Read();
            if (!wanted || json.TokenType != JsonTokenType.StartArray)
            {
                json.Skip();
                continue;
            }

            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                int start = (int)json.TokenStartIndex;
                json.Skip();
                elements.Add(new JsonListElement(List, Text[start..(int)json.BytesConsumed]));
            }

            break;
        }

        return elements;
    }

    /// <summary>Goes to the value of a key; false where the element is not an object or does not have it.</summary>
    private bool TryFind(ReadOnlySpan<byte> key, out JsonReader json)
    {
        json = new JsonReader(Text.Span);
        json.Read();
        while (json.ReadProperty())
        {
            bool wanted = json.Name.SequenceEqual(key);
            json.Read();
            if (wanted)
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }

    /// <summary>Whether the element has a key.</summary>
    public bool Has(ReadOnlySpan<byte> key)
    {
        JsonReader json = new(Text.Span);
        json.Read();
        while (json.ReadProperty())
        {
            if (json.Name.SequenceEqual(key))
            {
                return true;
            }

            json.Read();
            json.Skip();
        }

        return false;
    }
}
