using System.Text.Json;

namespace Panoptes;

/// <summary>Lists in a JSON that is being written.</summary>
internal static class JsonWriting
{
    /// <summary>Writes a list of objects.</summary>
    /// <param name="json">The writer, where a property is expected.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="items">What the list holds.</param>
    /// <param name="write">Writes the properties of one item.</param>
    public static void WriteObjects<T>(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a list of texts.</summary>
    /// <param name="json">The writer, where a property is expected.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="values">The texts.</param>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
