namespace Panoptes.Coco.Files.Json;

/// <summary>
/// NaN, Infinity and -Infinity, which Python writes but JSON does not know: turned into strings of the same length, so that a reader can
/// say which key of which object holds them, instead of failing on the syntax.
/// </summary>
internal static class NonFiniteNumbers
{
    private static readonly (byte[] Text, byte[] Marker, string Name)[] s_words =
    [
        ("-Infinity"u8.ToArray(), "\"-Infini\""u8.ToArray(), "-Infinity"),
        ("Infinity"u8.ToArray(), "\"Infini\""u8.ToArray(), "Infinity"),
        ("NaN"u8.ToArray(), "\"N\""u8.ToArray(), "NaN"),
    ];

    /// <summary>True when a string's content stands for a number that is not finite.</summary>
    public static bool IsMarker(ReadOnlySpan<byte> content, out string number)
    {
        foreach ((_, byte[] marker, string name) in s_words)
        {
            if (content.SequenceEqual(marker.AsSpan(1, marker.Length - 2)))
            {
                number = name;
                return true;
            }
        }

        number = "";
        return false;
    }

    /// <summary>Replaces them in place, outside of strings; false if there are none.</summary>
    public static bool Mark(Span<byte> json)
    {
        bool any = false;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'\\' when inString:
                    i++;
                    break;
                case (byte)'"':
                    inString = !inString;
                    break;
                case (byte)'N' or (byte)'I' or (byte)'-' when !inString:
                    foreach ((byte[] text, byte[] marker, _) in s_words)
                    {
                        if (json[i..].StartsWith(text))
                        {
                            marker.CopyTo(json[i..]);
                            i += marker.Length - 1;
                            any = true;
                            break;
                        }
                    }

                    break;
            }
        }

        return any;
    }

    /// <summary>A copy with <c>null</c> in their place, for files that are to be JSON again.</summary>
    public static byte[] WithNulls(ReadOnlySpan<byte> json)
    {
        byte[] marked = json.ToArray();
        Mark(marked);
        List<byte> result = new(json.Length + 64);
        for (int i = 0; i < json.Length; i++)
        {
            if (marked[i] == json[i])
            {
                result.Add(json[i]);
                continue;
            }

            // A marker begins with a quote, which no word does.
            result.AddRange("null"u8);
            i += s_words.First(word => marked.AsSpan(i).StartsWith(word.Marker)).Text.Length - 1;
        }

        return [.. result];
    }
}
