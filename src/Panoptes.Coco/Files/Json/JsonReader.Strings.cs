using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Panoptes.Coco.Files.Json;

/// <summary>Strings: where they end, and what their escapes stand for.</summary>
internal ref partial struct JsonReader
{
    private static readonly SearchValues<byte> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private void ReadString()
    {
        _next++;
        _start = _next;
        _escaped = FindStringEnd();
        _length = _next - 1 - _start;
    }

    /// <summary>From within a string to behind its closing quote; true when it holds escapes.</summary>
    private bool FindStringEnd()
    {
        bool escaped = false;
        while (true)
        {
            int step = IndexOfStringMark(_text[_next..]);
            if (step < 0)
            {
                throw new JsonException("a string does not end");
            }

            _next += step + 1;
            switch (_text[_next - 1])
            {
                case (byte)'"':
                    return escaped;
                case (byte)'\\':
                    escaped = true;
                    CheckEscape();
                    break;
                default:
                    throw new JsonException("a string holds a control character");
            }
        }
    }

    // The first quote, backslash or control character. Most strings are too short for a general search to pay.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfStringMark(ReadOnlySpan<byte> text)
    {
        int at = 0;
        for (; at + Vector256<byte>.Count <= text.Length; at += Vector256<byte>.Count)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)at);
            uint marks = (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(bytes, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
            if (marks != 0)
            {
                return at + BitOperations.TrailingZeroCount(marks);
            }
        }

        for (; at < text.Length; at++)
        {
            if (text[at] is < (byte)' ' or (byte)'"' or (byte)'\\')
            {
                return at;
            }
        }

        return -1;
    }

    private void CheckEscape()
    {
        byte kind = _next < _text.Length ? _text[_next] : (byte)0;
        _next++;
        switch (kind)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return;
            case (byte)'u' when _next + 4 <= _text.Length && !_text.Slice(_next, 4).ContainsAnyExcept(s_hexDigits):
                _next += 4;
                return;
            default:
                throw new JsonException("a string holds an unknown escape");
        }
    }

    private readonly bool TryGetText([NotNullWhen(true)] out string? text)
    {
        if (_escaped)
        {
            return TryUnescape(out text);
        }

        bool valid = Utf8.IsValid(Value);
        text = valid ? Encoding.UTF8.GetString(Value) : null;
        return valid;
    }

    // System.Text.Json knows all escapes.
    private readonly bool TryUnescape([NotNullWhen(true)] out string? text)
    {
        try
        {
            Utf8JsonReader json = new(_text.Slice(_start - 1, _length + 2));
            json.Read();
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
