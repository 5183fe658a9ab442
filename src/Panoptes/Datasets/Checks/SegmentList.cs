using System.Text.Json;
using Panoptes.Coco.Json;

namespace Panoptes.Datasets.Checks;

/// <summary>Writes a panoptic annotation's <c>segments_info</c> anew.</summary>
internal static class SegmentList
{
    /// <summary>Copies the segments with changes; what is not changed stays as it stands.</summary>
    /// <param name="json">Where the list is written.</param>
    /// <param name="annotation">The annotation's text.</param>
    /// <param name="changes">The changes of each segment.</param>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> annotation, SegmentChanges[] changes)
    {
        Utf8JsonReader reader = new(annotation);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !reader.ValueTextEquals("segments_info"u8))
        {
            reader.Read();
            reader.Skip();
        }

        reader.Read();
        json.WriteStartArray();
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!changes[i].IsLeftOut)
            {
                json.WriteRawValue(JsonEdit.Apply(annotation[start..(int)reader.BytesConsumed], [.. changes[i].ToJson()]), skipInputValidation: true);
            }
        }

        json.WriteEndArray();
    }
}
