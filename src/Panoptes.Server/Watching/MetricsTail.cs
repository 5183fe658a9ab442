namespace Panoptes.Server.Watching;

/// <summary>
/// Reads metrics.jsonl as it grows: each time only what is new. A last line that is not whole yet waits for its end. A resumed run writes
/// the file again without the lines that it repeats: then all of it is read again.
/// </summary>
/// <param name="path">The file, which need not exist.</param>
internal sealed class MetricsTail(string path)
{
    private const int LongestLine = 1 << 20;

    private readonly List<MetricsLine> _lines = [];
    private byte[] _last = []; // the last line that was read, with its end: it must still be there
    private long _end; // of the last line

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<MetricsLine> Lines => _lines;

    /// <summary>Grows whenever the lines began again, over restarts of this process too.</summary>
    public long Generation { get; private set; } = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>When the file was written last; the beginning of time where there is none.</summary>
    public DateTimeOffset LastWrite { get; private set; }

    /// <summary>What keeps the file from being read; null where nothing does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads what is new.</summary>
    public void Refresh()
    {
        Problem = null;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            LastWrite = File.GetLastWriteTimeUtc(path);
            if (!IsContinued(stream)) Restart();
            Read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            if (_end > 0) Restart();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"metrics.jsonl cannot be read: {e.Message}";
        }
    }

    private bool IsContinued(FileStream stream)
    {
        if (stream.Length < _end) return false;
        byte[] last = new byte[_last.Length];
        stream.Position = _end - last.Length;
        return stream.ReadAtLeast(last, last.Length, throwOnEndOfStream: false) == last.Length && last.AsSpan().SequenceEqual(_last);
    }

    private void Restart()
    {
        _lines.Clear();
        _last = [];
        _end = 0;
        Generation = Math.Max(Generation + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    private void Read(FileStream stream)
    {
        stream.Position = _end;
        byte[] buffer = new byte[LongestLine];
        int held = 0;
        while (stream.Read(buffer, held, buffer.Length - held) is int read and > 0)
        {
            held += read;
            int begin = 0;
            while (buffer.AsSpan(begin, held - begin).IndexOf((byte)'\n') is int length and >= 0)
            {
                Take(buffer.AsSpan(begin, length + 1));
                begin += length + 1;
            }

            if (begin == 0 && held == buffer.Length)
            {
                Problem = $"metrics.jsonl has a line of more than {LongestLine >> 20} MiB; lines from there on are not shown";
                return;
            }

            buffer.AsSpan(begin, held - begin).CopyTo(buffer);
            held -= begin;
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (MetricsLine.Parse(line[..^1]) is { } metrics) _lines.Add(metrics);
        _last = line.ToArray();
        _end += line.Length;
    }
}
