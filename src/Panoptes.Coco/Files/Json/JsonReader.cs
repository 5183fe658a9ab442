using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Reads JSON token by token, as System.Text.Json's reader does, and in less than half of its time: reading is most of what scoring costs.
/// What is asked for is checked as strictly; values that are skipped are only searched for their end.
/// </summary>
/// <param name="text">The text in UTF-8.</param>
internal ref partial struct JsonReader(ReadOnlySpan<byte> text)
{
    private const int LongestShown = 40;
    private const int Deepest = 64;

    private static readonly SearchValues<byte> s_marks = SearchValues.Create("[]{}\""u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;
    private int _start;
    private int _length;
    private bool _escaped;
    private int _depth;
    private ulong _objects; // by depth: whether it is an object's
    private JsonNumber _number;

    /// <summary>The kind of the current token.</summary>
    public JsonTokenType Token { get; private set; }

    /// <summary>How much of the text is read.</summary>
    public readonly int Position => _next;

    /// <summary>The name of the current property.</summary>
    public readonly ReadOnlySpan<byte> Name => _escaped && TryUnescape(out string? name) ? Encoding.UTF8.GetBytes(name) : Value;

    /// <summary>The bytes of the current string as they stand in the file; its text has no more.</summary>
    public readonly int RawLength => _length;

    private readonly ReadOnlySpan<byte> Value => _text.Slice(_start, _length);

    private readonly bool InObject => (_objects >> (_depth - 1) & 1) != 0;

    /// <summary>Goes to the next token; false after the last.</summary>
    /// <exception cref="JsonException">The text is not JSON, or ends too early.</exception>
    public bool Read()
    {
        SkipBlanks();
        if (_next == _text.Length)
        {
            return Token != JsonTokenType.None && _depth == 0 ? false : throw new JsonException("the text ends too early");
        }

        byte first = _text[_next];
        switch (Token)
        {
            case JsonTokenType.None or JsonTokenType.PropertyName:
                ReadValue(first);
                return true;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                if (first is (byte)'}' or (byte)']')
                {
                    Close(first);
                    return true;
                }

                break;
            default:
                if (_depth == 0)
                {
                    throw new JsonException("there is more text after the end");
                }

                if (first is (byte)'}' or (byte)']')
                {
                    Close(first);
                    return true;
                }

                first = Expect(first, (byte)',');
                break;
        }

        if (InObject)
        {
            ReadName(first);
        }
        else
        {
            ReadValue(first);
        }

        return true;
    }

    /// <summary>In an object: goes to the next property's name, or past the object's end, when it returns false.</summary>
    public bool ReadProperty()
    {
        Read();
        return Token == JsonTokenType.PropertyName;
    }

    /// <summary>
    /// In an object: goes to the next property's name where the text goes on exactly as it did at the same place of another object.
    /// </summary>
    /// <param name="expected">What stood there from behind the last value to before the next, colon and blanks included.</param>
    /// <returns>False, with nothing read, where something else follows.</returns>
    public bool TryPassName(ReadOnlySpan<byte> expected)
    {
        if (!_text[_next..].StartsWith(expected))
        {
            return false;
        }

        _next += expected.Length;
        Token = JsonTokenType.PropertyName;
        return true;
    }

    /// <summary>What was read since a <see cref="Position"/>.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _text[position.._next];

    /// <summary>In an array: goes to the next element, or past the array's end, when it returns false.</summary>
    public bool ReadElement()
    {
        Read();
        return Token != JsonTokenType.EndArray;
    }

    /// <summary>Passes over the current value, with all it contains; what it contains is not checked.</summary>
    /// <exception cref="JsonException">The text ends before the value does.</exception>
    public void Skip()
    {
        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        int depth = 1;
        while (depth > 0)
        {
            int step = _text[_next..].IndexOfAny(s_marks);
            if (step < 0)
            {
                throw new JsonException("the text ends too early");
            }

            _next += step + 1;
            switch (_text[_next - 1])
            {
                case (byte)'"':
                    FindStringEnd();
                    break;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }
        }

        _next--;
        Close(_text[_next]);
    }

    /// <summary>The current value as an integer; false for anything else. A number such as 139.0 is one.</summary>
    public readonly bool TryGetInteger(out long value)
    {
        value = 0;
        return Token == JsonTokenType.Number && _number.TryGetInteger(Value, out value);
    }

    /// <summary>The current value as a finite number, rounded correctly; false for anything else.</summary>
    public readonly bool TryGetNumber(out double value)
    {
        value = 0;
        return Token == JsonTokenType.Number && _number.TryGetDouble(Value, out value);
    }

    /// <summary>
    /// Reads a list of numbers, from its first bracket to its last, if it holds just as many as are asked for and nothing else.
    /// </summary>
    /// <returns>False, with nothing read, where it does not.</returns>
    public bool TryReadNumbers(scoped Span<double> numbers)
    {
        JsonReader start = this;
        if (Token != JsonTokenType.StartArray)
        {
            return false;
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            SkipBlanks();
            if (_next == _text.Length || _text[_next] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-'))
            {
                break;
            }

            ReadNumber();
            Token = JsonTokenType.Number;
            SkipBlanks();
            bool isLast = i == numbers.Length - 1;
            if (!TryGetNumber(out numbers[i]) || _next == _text.Length || _text[_next] != (isLast ? ']' : ','))
            {
                break;
            }

            if (isLast)
            {
                Close((byte)']');
                return true;
            }

            _next++;
        }

        this = start;
        return false;
    }

    /// <summary>The current value as an id, an integer or a text (<see cref="CocoId"/>); null for anything else.</summary>
    public readonly long? GetId() => TryGetInteger(out long value) ? value
        : Token == JsonTokenType.String && _length > 0 && !NonFiniteNumbers.IsMarker(Value, out _) ? CocoId.Of(GetString()!)
        : null;

    /// <summary>The current value as text; null for anything but a string.</summary>
    /// <exception cref="InputException">The string is not Unicode: invalid UTF-8, or half of a surrogate pair.</exception>
    public readonly string? GetString() => Token != JsonTokenType.String ? null
        : TryGetText(out string? text) ? text
        : throw InputException.InContent(
            null, $"the text {Describe()} is not Unicode (invalid UTF-8, or half of a surrogate pair).", InputErrorKind.Damaged);

    /// <summary>Whether the current value is a string that is Unicode.</summary>
    public readonly bool IsText => Token == JsonTokenType.String && TryGetText(out _);

    /// <summary>Copies the current string, unescaped, and returns its length.</summary>
    public readonly int CopyString(Span<byte> target)
    {
        ReadOnlySpan<byte> rest = Value;
        int written = 0;
        while (_escaped)
        {
            int plain = rest.IndexOf((byte)'\\');
            if (plain < 0)
            {
                break;
            }

            if (rest[plain + 1] is not ((byte)'\\' or (byte)'"' or (byte)'/'))
            {
                return TryUnescape(out string? text) // a seldom one
                    ? Encoding.UTF8.GetBytes(text, target)
                    : throw new JsonException("a string is not Unicode");
            }

            rest[..plain].CopyTo(target[written..]);
            target[written + plain] = rest[plain + 1];
            written += plain + 1;
            rest = rest[(plain + 2)..];
        }

        rest.CopyTo(target[written..]);
        return written + rest.Length;
    }

    /// <summary>The current value as it can be shown in a message.</summary>
    public readonly string Describe() => Token switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String when NonFiniteNumbers.IsMarker(Value, out string number) => number,
        JsonTokenType.String => $"\"{Shorten(TryGetText(out string? text) ? text : Encoding.UTF8.GetString(Value))}\"",
        _ => Shorten(Encoding.UTF8.GetString(Value)),
    };

    private static string Shorten(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";

    private void SkipBlanks()
    {
        if (_next < _text.Length && _text[_next] <= ' ')
        {
            SkipSomeBlanks();
        }
    }

    private void SkipSomeBlanks()
    {
        while (_next < _text.Length && _text[_next] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _next++;
        }
    }

    /// <summary>Passes over a character that must be there, and returns the next one that is not blank.</summary>
    private byte Expect(byte actual, byte expected)
    {
        if (actual != expected)
        {
            throw new JsonException($"'{(char)expected}' is missing");
        }

        _next++;
        SkipBlanks();
        return _next < _text.Length ? _text[_next] : throw new JsonException("the text ends too early");
    }

    private void ReadName(byte first)
    {
        if (first != '"')
        {
            throw new JsonException("a property's name is missing");
        }

        ReadString();
        SkipBlanks();
        Expect(_next < _text.Length ? _text[_next] : (byte)0, (byte)':');
        Token = JsonTokenType.PropertyName;
    }

    private void ReadValue(byte first)
    {
        switch (first)
        {
            case (byte)'"':
                ReadString();
                Token = JsonTokenType.String;
                break;
            case (byte)'{' or (byte)'[':
                Open(first);
                break;
            case (byte)'t':
                ReadLiteral("true"u8, JsonTokenType.True);
                break;
            case (byte)'f':
                ReadLiteral("false"u8, JsonTokenType.False);
                break;
            case (byte)'n':
                ReadLiteral("null"u8, JsonTokenType.Null);
                break;
            default:
                ReadNumber();
                Token = JsonTokenType.Number;
                break;
        }
    }

    private void Open(byte bracket)
    {
        if (_depth == Deepest)
        {
            throw new JsonException($"more than {Deepest} brackets are open");
        }

        bool isObject = bracket == '{';
        _objects = isObject ? _objects | (1ul << _depth) : _objects & ~(1ul << _depth);
        _depth++;
        _next++;
        Token = isObject ? JsonTokenType.StartObject : JsonTokenType.StartArray;
    }

    private void Close(byte bracket)
    {
        if (InObject != (bracket == '}'))
        {
            throw new JsonException("brackets do not match");
        }

        _depth--;
        _next++;
        Token = bracket == '}' ? JsonTokenType.EndObject : JsonTokenType.EndArray;
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal, JsonTokenType token)
    {
        if (!_text[_next..].StartsWith(literal))
        {
            throw new JsonException("no such word");
        }

        (_start, _length) = (_next, literal.Length);
        _next += literal.Length;
        Token = token;
    }

    private void ReadNumber()
    {
        _start = _next;
        _length = JsonNumber.Read(_text[_next..], out _number);
        _next += _length;
    }
}
