using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>Finds the place where a file stops being JSON, a piece of it at a time.</summary>
internal static class JsonPlace
{
    private const int Piece = 1 << 16;
    private const int MostBytes = 1 << 30; // of one token

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="JsonException">It is not JSON; the exception says where.</exception>
    public static void Find(Stream stream)
    {
        byte[] buffer = new byte[Piece];
        int length = 0;
        bool isStart = true;
        JsonReaderState state = default;
        while (true)
        {
            int read = stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            length += read;
            bool isEnd = length < buffer.Length;
            ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
            int mark = isStart && text.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            isStart = false;
            Utf8JsonReader json = new(text[mark..], isEnd, state);
            while (json.Read())
            {
                // The reader throws at what is wrong.
            }

            if (isEnd)
            {
                return;
            }

            state = json.CurrentState;
            int used = mark + (int)json.BytesConsumed;
            buffer.AsSpan(used, length - used).CopyTo(buffer);
            length -= used;
            if (length == buffer.Length && length < MostBytes)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
            else if (length == buffer.Length)
            {
                return;
            }
        }
    }
}
