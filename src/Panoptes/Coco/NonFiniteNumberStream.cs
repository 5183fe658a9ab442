namespace Panoptes.Coco;

/// <summary>
/// Passes JSON text on with NaN, Infinity and -Infinity, which Python writes but JSON does not know, turned into strings of the
/// same length; so a reader can say which key of which object holds them, instead of failing on the syntax.
/// </summary>
internal sealed class NonFiniteNumberStream(Stream inner) : Stream
{
    private static readonly (byte[] Text, byte[] Marker, string Name)[] Words =
    [
        ("-Infinity"u8.ToArray(), "\"-Infini\""u8.ToArray(), "-Infinity"),
        ("Infinity"u8.ToArray(), "\"Infini\""u8.ToArray(), "Infinity"),
        ("NaN"u8.ToArray(), "\"N\""u8.ToArray(), "NaN"),
    ];

    private readonly BufferedStream _inner = new(inner);
    private readonly Queue<byte> _ahead = new();
    private bool _inString;
    private bool _escaped;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>True when a string's content stands for a number that is not finite.</summary>
    public static bool IsMarker(ReadOnlySpan<byte> content, out string number)
    {
        foreach ((_, byte[] marker, string name) in Words)
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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int written = 0;
        while (written < buffer.Length && Next() is { } value)
        {
            buffer[written++] = value;
        }

        return written;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte? Next()
    {
        if (_ahead.Count > 0)
        {
            return _ahead.Dequeue();
        }

        int read = _inner.ReadByte();
        if (read < 0)
        {
            return null;
        }

        byte value = (byte)read;
        if (_inString)
        {
            _inString = _escaped || value != '"';
            _escaped = !_escaped && value == '\\';
            return value;
        }

        if (value is (byte)'N' or (byte)'I' or (byte)'-')
        {
            return Replace(value);
        }

        _inString = value == '"';
        return value;
    }

    private byte Replace(byte first)
    {
        // Look ahead by as much as agrees with a word that begins like this; no number but these holds an N or an I.
        List<byte> text = [first];
        while (true)
        {
            foreach ((byte[] word, byte[] marker, _) in Words)
            {
                if (text.SequenceEqual(word))
                {
                    text = [.. marker];
                    Enqueue(text);
                    return text[0];
                }
            }

            bool begins = Words.Any(w => w.Text.AsSpan().StartsWith(text.ToArray()));
            int next = begins ? _inner.ReadByte() : -1;
            if (next < 0)
            {
                Enqueue(text);
                return text[0];
            }

            text.Add((byte)next);
        }
    }

    private void Enqueue(List<byte> text)
    {
        for (int i = 1; i < text.Count; i++)
        {
            _ahead.Enqueue(text[i]);
        }
    }
}
