using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Panoptes.Coco;

/// <summary>Reads JSON token by token through a small buffer, whatever the file's size.</summary>
internal ref struct JsonFileReader : IDisposable
{
    private const int InitialBuffer = 1 << 16;
    private const int LongestShown = 40;

    private readonly Stream _stream;
    private Utf8JsonReader _json;
    private byte[] _buffer;
    private int _start; // where _json begins in the buffer
    private int _length;
    private bool _final;

    /// <summary>Starts before the first token.</summary>
    /// <param name="stream">The text in UTF-8; stays the caller's.</param>
    public JsonFileReader(Stream stream)
    {
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        Fill();
        _start = _buffer.AsSpan(0, _length).StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _json = new Utf8JsonReader(_buffer.AsSpan(_start, _length - _start), _final, default);
    }

    /// <summary>The kind of the current token.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Gives the buffer back.</summary>
    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Goes to the next token; false after the last.</summary>
    /// <exception cref="JsonException">The text is not JSON, or ends too early.</exception>
    public bool Read()
    {
        while (!_json.Read())
        {
            if (_final)
            {
                return false;
            }

            // Keep what is not read yet, make room if a single token fills the buffer, and go on where the reader stopped.
            JsonReaderState state = _json.CurrentState;
            int consumed = _start + (int)_json.BytesConsumed;
            _length -= consumed;
            byte[] target = _length < _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            _buffer.AsSpan(consumed, _length).CopyTo(target);
            if (target != _buffer)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = target;
            }

            Fill();
            _start = 0;
            _json = new Utf8JsonReader(_buffer.AsSpan(0, _length), _final, state);
        }

        return true;
    }

    /// <summary>In an object: goes to the next property's name, or past the object's end, when it returns false.</summary>
    public bool ReadProperty()
    {
        Read();
        return Token == JsonTokenType.PropertyName;
    }

    /// <summary>In an array: goes to the next element, or past the array's end, when it returns false.</summary>
    public bool ReadElement()
    {
        Read();
        return Token != JsonTokenType.EndArray;
    }

    /// <summary>True when the current property name or string has this text.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => _json.ValueTextEquals(text);

    /// <summary>Passes over the current value, with all it contains.</summary>
    public void Skip()
    {
        int depth = _json.CurrentDepth;
        if (Token is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (Read() && _json.CurrentDepth > depth)
            {
            }
        }
    }

    /// <summary>The current value as an integer; false for anything else. A number such as 139.0 is one.</summary>
    public readonly bool TryGetInteger(out long value)
    {
        value = 0;
        if (Token != JsonTokenType.Number)
        {
            return false;
        }

        if (_json.TryGetInt64(out value))
        {
            return true;
        }

        bool whole = _json.TryGetDouble(out double number) && Math.Abs(number) < 1L << 53 && number == Math.Floor(number);
        value = whole ? (long)number : 0;
        return whole;
    }

    /// <summary>The current value as a finite number; false for anything else.</summary>
    public readonly bool TryGetNumber(out double value)
    {
        value = 0;
        return Token == JsonTokenType.Number && _json.TryGetDouble(out value) && double.IsFinite(value);
    }

    /// <summary>The current value as text; null for anything but a string.</summary>
    public readonly string? GetString() => Token == JsonTokenType.String ? _json.GetString() : null;

    /// <summary>Copies the current string, unescaped, and returns its length; the target is made larger where it is too small.</summary>
    public readonly int CopyString(ref byte[] target)
    {
        if (target.Length < _json.ValueSpan.Length)
        {
            target = new byte[Math.Max(2 * target.Length, _json.ValueSpan.Length)];
        }

        return _json.CopyString(target);
    }

    /// <summary>The current value as it can be shown in a message.</summary>
    public readonly string Describe() => Token switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String when NonFiniteNumberStream.IsMarker(_json.ValueSpan, out string number) => number,
        JsonTokenType.String => string.Create(CultureInfo.InvariantCulture, $"\"{Shorten(_json.GetString()!)}\""),
        _ => Shorten(Encoding.UTF8.GetString(_json.ValueSpan)),
    };

    private static string Shorten(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";

    private void Fill()
    {
        int wanted = Math.Min(InitialBuffer, _buffer.Length - _length);
        int read = _stream.ReadAtLeast(_buffer.AsSpan(_length), wanted, throwOnEndOfStream: false);
        _final = read < wanted;
        _length += read;
    }
}
