namespace Panoptes.Datasets.Formats.Yolo;

/// <summary>
/// Reads as much of YAML as <c>data.yaml</c> files use: keys with a text, a list or a map of texts, in blocks or in brackets on one line.
/// What is deeper is passed over.
/// </summary>
internal static class SimpleYaml
{
    /// <summary>Reads a file: for each key a text, a <see cref="List{T}"/> or a <see cref="Dictionary{TKey, TValue}"/> of texts.</summary>
    /// <exception cref="InputException">A line is not of these forms.</exception>
    public static IReadOnlyDictionary<string, object> Read(string path)
    {
        Dictionary<string, object> values = [];
        string? block = null; // the key whose indented lines come
        string open = ""; // a key and a list in brackets that goes on in the next line
        int number = 0;
        foreach (string raw in File.ReadLines(path))
        {
            number++;
            string line = StripComment(raw);
            if (line.Trim().Length == 0 || line is "---" or "...")
            {
                continue;
            }

            line = open.Length > 0 ? $"{open} {line.Trim()}" : line;
            bool item = line.TrimStart() is "-" || line.TrimStart().StartsWith("- ", StringComparison.Ordinal);
            if (block is not null && (item || char.IsWhiteSpace(line[0])))
            {
                values[block] = AddTo(values[block], line.Trim(), item);
                continue;
            }

            (string key, string value) = SplitKey(line) ?? throw new InputException(
                $"{path}, line {number}: '{line.Trim()}' is not of the form KEY: VALUE.");
            open = value is ['[' or '{', ..] and not [.., ']' or '}'] ? line : "";
            bool isBlock = value is "" or ['|' or '>', ..];
            values[key] = ParseValue(isBlock ? "" : value);
            block = isBlock ? key : null;
        }

        return open.Length == 0 ? values : throw new InputException($"{path}: the list in '{open}' has no end.");
    }

    /// <summary>A text so that YAML reads it back as it is.</summary>
    public static string Quote(string text)
    {
        bool plain = text.Length > 0 && char.IsLetter(text[0])
            && text.All(c => char.IsLetterOrDigit(c) || c is ' ' or '_' or '/' or '.' or '-')
            && text[^1] != ' '
            && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N");
        return plain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static object AddTo(object value, string line, bool item)
    {
        if (item)
        {
            List<string> list = value as List<string> ?? [];
            list.Add(Unquote(line[1..].Trim()));
            return list;
        }

        Dictionary<string, string> map = value as Dictionary<string, string> ?? [];
        if (SplitKey(line) is { } pair)
        {
            map[pair.Key] = Unquote(pair.Value);
        }

        return map; // other lines belong to something deeper, such as a script to download the pictures
    }

    private static object ParseValue(string value)
    {
        if (value is ['[', .., ']'])
        {
            return SplitItems(value[1..^1]).Select(Unquote).ToList();
        }

        return value is ['{', .., '}']
            ? SplitItems(value[1..^1]).Select(SplitKey).OfType<(string Key, string Value)>().ToDictionary(p => p.Key, p => Unquote(p.Value))
            : Unquote(value);
    }

    private static (string Key, string Value)? SplitKey(string line)
    {
        int colon = IndexOutsideQuotes(line, ':');
        return colon > 0 && (colon == line.Length - 1 || line[colon + 1] == ' ')
            ? (Unquote(line[..colon].Trim()), line[(colon + 1)..].Trim())
            : null;
    }

    private static IEnumerable<string> SplitItems(string text)
    {
        while (text.Trim().Length > 0)
        {
            int comma = IndexOutsideQuotes(text, ',');
            yield return (comma < 0 ? text : text[..comma]).Trim();
            text = comma < 0 ? "" : text[(comma + 1)..];
        }
    }

    private static string StripComment(string line)
    {
        int start = -1;
        do
        {
            start = IndexOutsideQuotes(line, '#', start + 1);
        }
        while (start > 0 && line[start - 1] != ' ');
        return (start < 0 ? line : line[..start]).TrimEnd();
    }

    private static int IndexOutsideQuotes(string text, char wanted, int start = 0)
    {
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            if (quote != '\0')
            {
                quote = text[i] == quote ? '\0' : quote;
            }
            else if (text[i] is '\'' or '"' && (i == 0 || text[i - 1] is ' ' or '[' or '{' or ',' or ':'))
            {
                quote = text[i];
            }
            else if (i >= start && text[i] == wanted)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Unquote(string text) => text switch
    {
        ['\'', .., '\''] => text[1..^1].Replace("''", "'", StringComparison.Ordinal),
        ['"', .., '"'] => text[1..^1],
        _ => text,
    };
}
