using System.IO.MemoryMappedFiles;
using System.Text;

namespace Panoptes.Torch.Generator;

/// <summary>The schemas of libtorch's operators, read from the texts inside its library: each operator registers with its own.</summary>
internal sealed class SchemaFile
{
    private const int LongestSchema = 4096;

    private readonly Dictionary<string, List<string>> _schemas = [];

    private SchemaFile()
    {
    }

    /// <summary>Reads the file of <c>torch_cpu</c>.</summary>
    public static SchemaFile Read(string library)
    {
        SchemaFile file = new();
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(library, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        unsafe
        {
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                file.Collect(start, new FileInfo(library).Length);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }

        return file;
    }

    /// <summary>The schema of an operator, without its namespace.</summary>
    /// <param name="operator">name or name.overload.</param>
    /// <exception cref="ArgumentException">The library knows none.</exception>
    public string Find(string @operator) => _schemas.TryGetValue(@operator, out List<string>? found)
        ? found.OrderByDescending(Detail).ThenBy(s => s, StringComparer.Ordinal).First()
        : throw new ArgumentException($"libtorch has no operator {@operator}: see operators.txt");

    // Besides the operators' own schemas there are shorter ones of functions around them, without defaults or the marks of views.
    private static int Detail(string schema) =>
        schema.Count(c => c == '=') + schema.Count(c => c == '!') + (schema.Contains("(a)", StringComparison.Ordinal) ? 1 : 0)
        + (schema.Contains("-> (Tensor)", StringComparison.Ordinal) || schema.Contains("-> (Tensor(a))", StringComparison.Ordinal) ? -100 : 0)
        + (schema.Contains("int? dtype", StringComparison.Ordinal) ? -100 : 0);

    private unsafe void Collect(byte* start, long length)
    {
        const int chunk = 1 << 24;
        for (long first = 0; first < length; first += chunk)
        {
            // A schema that crosses a chunk's end begins in it.
            ReadOnlySpan<byte> span = new(start + first, (int)Math.Min(chunk + LongestSchema, length - first));
            for (int at = 0; span[at..].IndexOf(") -> "u8) is >= 0 and int found && at + found < chunk; at += found + 1)
            {
                Add(Around(span, at + found));
            }
        }
    }

    private static string Around(ReadOnlySpan<byte> span, int place)
    {
        int begin = span[..place].LastIndexOf((byte)0) + 1;
        int length = span[begin..].IndexOf((byte)0);
        return length is > 0 and < LongestSchema ? Encoding.ASCII.GetString(span.Slice(begin, length)) : "";
    }

    private void Add(string text)
    {
        text = text.StartsWith("aten::", StringComparison.Ordinal) ? text["aten::".Length..] : text;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && !text.Contains('\n', StringComparison.Ordinal) && text.AsSpan(0, open).IndexOfAnyExcept(s_nameLetters) < 0)
        {
            List<string> known = _schemas.TryGetValue(text[..open], out List<string>? list) ? list : _schemas[text[..open]] = [];
            known.Add(text);
        }
    }

    private static readonly System.Buffers.SearchValues<char> s_nameLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
}
