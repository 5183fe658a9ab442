using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// A number of a JSON text: its digits while they are few, as nearly all are; more are read from the text when the value is asked for.
/// </summary>
internal readonly struct JsonNumber
{
    private const int ExactDigits = 15; // any such number is a double without rounding
    private const int ExactPowers = 22; // and so is such a power of ten

    private readonly ulong _digits;
    private readonly int _digitCount;
    private readonly int _exponent;
    private readonly bool _negative;

    private JsonNumber(ulong digits, int digitCount, int exponent, bool negative) =>
        (_digits, _digitCount, _exponent, _negative) = (digits, digitCount, exponent, negative);

    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static ReadOnlySpan<uint> SmallPowersOfTen => [1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000];

    /// <summary>Reads the number that a text begins with.</summary>
    /// <returns>How many characters it has.</returns>
    /// <exception cref="JsonException">The text begins with none.</exception>
    public static int Read(ReadOnlySpan<byte> text, out JsonNumber number)
    {
        int next = text[0] == '-' ? 1 : 0;
        bool negative = next > 0;
        ulong digits = 0;
        int count = ReadDigits(text, ref next, ref digits);
        if (count > 1 && text[next - count] == '0')
        {
            throw new JsonException("a number begins with 0");
        }

        int fraction = 0;
        if (next < text.Length && text[next] == '.')
        {
            next++;
            fraction = ReadDigits(text, ref next, ref digits);
        }

        int exponent = -fraction;
        if (next < text.Length && text[next] is (byte)'e' or (byte)'E')
        {
            exponent += ReadExponent(text, ref next);
        }

        number = new JsonNumber(digits, count + fraction, exponent, negative);
        return next;
    }

    /// <summary>The value, if it is an integer; 139.0 is one.</summary>
    /// <param name="text">The number's text.</param>
    /// <param name="value">The value, or 0.</param>
    public bool TryGetInteger(ReadOnlySpan<byte> text, out long value)
    {
        if (_exponent == 0 && _digitCount <= ExactDigits)
        {
            value = _negative ? -(long)_digits : (long)_digits;
            return true;
        }

        if (Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length)
        {
            return true;
        }

        bool whole = TryGetDouble(text, out double number) && Math.Abs(number) < 1L << 53 && number == Math.Floor(number);
        value = whole ? (long)number : 0;
        return whole;
    }

    /// <summary>The value, rounded correctly, if it is finite.</summary>
    /// <param name="text">The number's text.</param>
    /// <param name="value">The value.</param>
    public bool TryGetDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (_digitCount <= ExactDigits && _exponent is >= -ExactPowers and <= ExactPowers)
        {
            // Two numbers without rounding make one with a single, correct rounding (Clinger, "How to read floating point numbers
            // accurately").
            double digits = _digits;
            double magnitude = _exponent < 0 ? digits / PowersOfTen[-_exponent] : digits * PowersOfTen[_exponent];
            value = _negative ? -magnitude : magnitude;
            return true;
        }

        return Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length && double.IsFinite(value);
    }

    // At least one digit. Beyond those that count, the number is read from its text. Eight characters are looked at together: a loop over
    // so few digits is mispredicted at the end of each number (Lemire, "Number parsing at a gigabyte per second", parses eight digits this
    // way).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, ref int next, ref ulong digits)
    {
        const ulong zeros = 0x3030303030303030;
        const ulong beyondNine = 0x7676767676767676; // makes 0x80 and more of 10 and more
        const ulong highBits = 0x8080808080808080;
        int start = next;
        int count;
        do
        {
            ulong characters = LoadEight(text[next..]) ^ zeros;
            ulong others = ((characters + beyondNine) | characters) & highBits;
            count = BitOperations.TrailingZeroCount(others) / 8; // 8 where there are none
            if (count > 0)
            {
                digits = (digits * SmallPowersOfTen[count]) + AddUp(characters << (64 - (8 * count)));
                next += count;
            }
        }
        while (count == 8);
        return next > start ? next - start : throw new JsonException("a number has no digit");
    }

    private static ulong LoadEight(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(text);
        }

        ulong last = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            last = (last << 8) | text[i];
        }

        return last;
    }

    // Eight digits, the first in the lowest byte: pairs, then fours, then all.
    private static ulong AddUp(ulong digits)
    {
        const ulong outer = 0x000000FF000000FF;
        digits = (digits * 10) + (digits >> 8);
        return (((digits & outer) * ((1000000ul << 32) + 100)) + (((digits >> 16) & outer) * ((10000ul << 32) + 1))) >> 32;
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, ref int next)
    {
        const int beyond = 9999;
        next++;
        bool negative = next < text.Length && text[next] == '-';
        next += next < text.Length && text[next] is (byte)'-' or (byte)'+' ? 1 : 0;
        ulong digits = 0;
        int exponent = ReadDigits(text, ref next, ref digits) <= 4 ? (int)digits : beyond;
        return negative ? -exponent : exponent;
    }
}
