using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>An element of a list in a JSON file, as its text.</summary>
/// <param name="List">The list's name in the root object.</param>
/// <param name="Text">The element's text in UTF-8; valid until the next element is asked for.</param>
internal readonly record struct JsonListElement(string List, ReadOnlyMemory<byte> Text)
{
    /// <summary>A reader that stands on the element's first token.</summary>
    public JsonReader Reader()
    {
        JsonReader json = new(Text.Span);
        json.Read();
        return json;
    }

    /// <summary>
    /// An id of the element, an integer or a text (<see cref="CocoId"/>); null where the key is missing or holds something else.
    /// </summary>
    public long? Id(ReadOnlySpan<byte> key) => TryFind(key, out JsonReader json) ? json.GetId() : null;

    /// <summary>A number of the element; null where the key is missing or holds something else.</summary>
    public double? Number(ReadOnlySpan<byte> key) =>
        TryFind(key, out JsonReader json) && json.TryGetNumber(out double value) ? value : null;

    /// <summary>A flag of the element, 0, 1, false or true; null where the key is missing or holds something else.</summary>
    public bool? Flag(ReadOnlySpan<byte> key) => TryFind(key, out JsonReader json) ? Loose.Flag(ref json).Value : null;

    /// <summary>A text of the element; null where the key is missing or holds something else.</summary>
    public string? String(ReadOnlySpan<byte> key) => TryFind(key, out JsonReader json) ? json.GetString() : null;

    /// <summary>The ids in a list of the element; null where the key is missing or holds anything else.</summary>
    public IReadOnlyList<long>? Ids(ReadOnlySpan<byte> key)
    {
        if (!TryFind(key, out JsonReader json) || json.Token != JsonTokenType.StartArray)
        {
            return null;
        }

        List<long> values = [];
        while (json.ReadElement())
        {
            if (json.GetId() is not { } value)
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

    /// <summary>
    /// Goes to the value of a key, the last where the key is there twice, as all readers take it; false where the element is not an object
    /// or does not have it.
    /// </summary>
    private bool TryFind(ReadOnlySpan<byte> key, out JsonReader json)
    {
        bool any = false;
        json = new JsonReader(Text.Span);
        JsonReader found = json;
        json.Read();
        bool isObject = json.Token == JsonTokenType.StartObject;
        while (isObject && json.ReadProperty())
        {
            bool wanted = json.Name.SequenceEqual(key);
            json.Read();
            if (wanted)
            {
                found = json;
                any = true;
            }

            json.Skip();
        }

        json = found;
        return any;
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
