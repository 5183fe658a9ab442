using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Where brackets and strings lie in up to 64 bytes of JSON, one bit for each byte. Which bytes belong to strings shows without going from
/// one to the next: the bits of the quotes, each added up with all before it (Langdale and Lemire, "Parsing Gigabytes of JSON per Second").
/// </summary>
/// <param name="Opening">Opening brackets outside of strings.</param>
/// <param name="Closing">Closing brackets outside of strings.</param>
/// <param name="Quotes">Quotes that begin or end a string.</param>
/// <param name="InString">Strings, from their first quote to the byte before their last.</param>
/// <param name="Length">How many bytes were looked at.</param>
internal readonly record struct JsonMarks(ulong Opening, ulong Closing, ulong Quotes, ulong InString, int Length)
{
    private const int Most = 64;

    /// <summary>Looks at the next bytes.</summary>
    /// <param name="text">Begins with them; not empty.</param>
    /// <param name="inString">Whether the first byte stands in a string; then whether the byte behind those looked at does.</param>
    /// <param name="escaped">Whether the first byte follows a backslash; then whether the byte behind does.</param>
    public static JsonMarks Of(ReadOnlySpan<byte> text, ref bool inString, ref bool escaped)
    {
        int length = Math.Min(text.Length, Most);
        if (length < Most)
        {
            Span<byte> padded = stackalloc byte[Most];
            padded.Clear();
            text.CopyTo(padded);
            return Of(ref MemoryMarshal.GetReference(padded), length, ref inString, ref escaped);
        }

        return Of(ref MemoryMarshal.GetReference(text), length, ref inString, ref escaped);
    }

    // Compiled for this machine's vectors at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static JsonMarks Of(ref byte text, int length, ref bool inString, ref bool escaped)
    {
        Vector256<byte> low = Vector256.LoadUnsafe(ref text);
        Vector256<byte> high = Vector256.LoadUnsafe(ref text, (nuint)Vector256<byte>.Count);
        ulong quotes = Equal(low, high, (byte)'"') & ~Escaped(Equal(low, high, (byte)'\\'), length, ref escaped);
        ulong strings = PrefixParity(quotes) ^ (inString ? ulong.MaxValue : 0);
        inString = (strings >> (Most - 1)) != 0; // nothing behind the text changes it

        // '[' and '{' differ in one bit, and so do ']' and '}'.
        Vector256<byte> fold = Vector256.Create((byte)('[' ^ '{'));
        return new JsonMarks(
            Equal(low | fold, high | fold, (byte)'{') & ~strings,
            Equal(low | fold, high | fold, (byte)'}') & ~strings,
            quotes,
            strings,
            length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        Vector256<byte> wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32);
    }

    /// <summary>The bytes behind backslashes that are not such bytes themselves.</summary>
    private static ulong Escaped(ulong backslashes, int length, ref bool first)
    {
        ulong escaped = first ? 1u : 0;
        backslashes &= ~escaped;
        first = false;
        while (backslashes != 0)
        {
            int at = BitOperations.TrailingZeroCount(backslashes);
            first = at == length - 1;
            escaped |= 2ul << at;
            backslashes &= ~(3ul << at);
        }

        return escaped;
    }

    // Each bit added up with all below it, modulo 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixParity(ulong bits)
    {
        for (int step = 1; step < Most; step *= 2)
        {
            bits ^= bits << step;
        }

        return bits;
    }
}
