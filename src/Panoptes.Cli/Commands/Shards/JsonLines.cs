using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Panoptes.Cli.Commands.Shards;

/// <summary>A file with a JSON value in each line, which grows at its end; a line without an end was not written completely.</summary>
internal sealed class JsonLines : IDisposable
{
    private const int Block = 1 << 20;

    private readonly FileStream _file;

    private JsonLines(FileStream file) => _file = file;

    /// <summary>The file.</summary>
    public string Path => _file.Name;

    /// <summary>Where the next line is written: behind those that were written or read.</summary>
    public long End { get; private set; }

    /// <summary>Whether the file is empty.</summary>
    public bool IsEmpty => _file.Length == 0;

    /// <summary>Opens a file for one process to write to, or makes it.</summary>
    /// <exception cref="IOException">It cannot be opened; another process may have it open.</exception>
    public static JsonLines OpenToWrite(string path) =>
        new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));

    /// <summary>Opens a file that no process writes to.</summary>
    /// <inheritdoc cref="OpenToWrite"/>
    public static JsonLines OpenToRead(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <summary>All lines that have an end; <see cref="End"/> is behind the last one that was read.</summary>
    public IEnumerable<(long Start, byte[] Line)> Read()
    {
        End = 0;
        while (ReadOrNull(End) is { } line)
        {
            long start = End;
            End += line.Length + 1;
            yield return (start, line);
        }
    }

    /// <summary>Reads a line again.</summary>
    /// <param name="start">Where it begins.</param>
    /// <exception cref="InputException">It has no end.</exception>
    public byte[] Read(long start) => ReadOrNull(start)
        ?? throw new InputException(InputErrorKind.Damaged, Path, null, "it was changed while it was in use.");

    /// <summary>Adds a line.</summary>
    /// <returns>Where it begins.</returns>
    public long Append<T>(T value, JsonTypeInfo<T> type)
    {
        byte[] line = LineOf(value, type);
        long start = End;
        RandomAccess.Write(_file.SafeFileHandle, line, start); // in one piece: a torn line has no end
        End += line.Length;
        return start;
    }

    /// <summary>Writes a line into another file.</summary>
    public static void Write<T>(Stream stream, T value, JsonTypeInfo<T> type) => stream.Write(LineOf(value, type));

    /// <summary>Ends the file at a line's begin, or at its own (0).</summary>
    public void Truncate(long end)
    {
        _file.SetLength(end);
        End = end;
    }

    /// <summary>A line's value; null where it is damaged.</summary>
    public static T? Parse<T>(byte[] line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static byte[] LineOf<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];

    private byte[]? ReadOrNull(long start)
    {
        byte[] line = new byte[4096];
        for (int length = 0; ;)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, line.AsSpan(length), start + length);
            int end = line.AsSpan(length, read).IndexOf((byte)'\n');
            if (end >= 0) return line[..(length + end)];
            if (read == 0) return null;
            length += read;
            if (length < line.Length) continue;
            Array.Resize(ref line, (int)Math.Min(line.Length + (long)Math.Max(line.Length, Block), Array.MaxLength));
        }
    }
}
