namespace Panoptes.Coco.Json;

/// <summary>An element of a list in a JSON file, as its text.</summary>
/// <param name="List">The list's name in the root object.</param>
/// <param name="Text">The element's text in UTF-8; valid until the next element is asked for.</param>
internal readonly record struct JsonListElement(string List, ReadOnlyMemory<byte> Text)
{
    /// <summary>An integer of the element; null where the key is missing or holds something else.</summary>
    public long? Integer(ReadOnlySpan<byte> key)
    {
        JsonReader json = new(Text.Span);
        json.Read();
        while (json.ReadProperty())
        {
            bool wanted = json.Name.SequenceEqual(key);
            json.Read();
            if (wanted)
            {
                return json.TryGetInteger(out long value) ? value : null;
            }

            json.Skip();
        }

        return null;
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
