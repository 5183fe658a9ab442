using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Panoptes.Masks;

/// <summary>
/// COCO's text form of run lengths. From the fourth count on, the difference to the count two before is stored (neighboring
/// columns resemble each other). A number is cut into groups of 5 bits, lowest first; bit 5 says that another group follows, bit
/// 4 of the last group is the sign; 48 is added to get a printable character. (Format: cocoapi, common/maskApi.c.)
/// </summary>
internal static class CompressedCounts
{
    private const int Offset = 48;
    private const int More = 0x20;
    private const int Sign = 0x10;
    private const int Bits = 5;
    private const int MostGroups = 8; // of a number that is read: 40 bits, while 33 are enough
    private const ulong OffsetOfAll = 0x3030303030303030;
    private const ulong MoreOfAll = 0x2020202020202020;

    /// <summary>Decodes into <paramref name="counts"/> (as long as the text is enough) and returns the number of runs.</summary>
    /// <exception cref="InputException">The text is malformed or its counts do not sum to <paramref name="pixels"/>.</exception>
    public static int Decode(ReadOnlySpan<byte> text, Span<uint> counts, long pixels)
    {
        RequireCharacters(text);
        int runs = 0;
        long sum = 0;
        long last = 0;
        long beforeLast = 0;
        int position = 0;
        while (position < text.Length)
        {
            ulong groups = position <= text.Length - MostGroups
                ? BinaryPrimitives.ReadUInt64LittleEndian(text[position..]) - OffsetOfAll
                : LastGroups(text, position);
            int length = (BitOperations.TrailingZeroCount(~groups & MoreOfAll) / 8) + 1;
            if (length > MostGroups || position + length > text.Length)
            {
                throw Endless(text, position);
            }

            long value = Number(groups, length) + (runs > 2 ? beforeLast : 0);
            sum += value;
            if (value < 0 || sum > pixels)
            {
                string what = value < 0 ? $"run {runs} is negative ({value})" : $"its first {runs + 1} runs already cover {sum} pixels";
                throw InputException.InContent(
                    null,
                    $"Compressed RLE does not fit a mask of {pixels} pixels: {what}.",
                    InputErrorKind.Damaged);
            }

            position += length;
            counts[runs++] = (uint)value;
            (beforeLast, last) = (last, value);
        }

        return sum == pixels ? runs : throw InputException.InContent(
            null,
            $"Compressed RLE covers {sum} pixels, but the mask has {pixels}.",
            InputErrorKind.Damaged);
    }

    /// <summary>Encodes canonical run lengths.</summary>
    public static string Encode(ReadOnlySpan<uint> counts)
    {
        const int longest = 7; // 33 bits with the sign in groups of 5
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(counts.Length * longest);
        int length = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            long value = counts[i];
            if (i > 2)
            {
                value -= counts[i - 2];
            }

            bool more;
            do
            {
                int group = (int)(value & 0x1f);
                value >>= Bits;
                more = (group & Sign) != 0 ? value != -1 : value != 0;
                buffer[length++] = (byte)((more ? group | More : group) + Offset);
            }
            while (more);
        }

        string text = System.Text.Encoding.ASCII.GetString(buffer, 0, length);
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    /// <summary>The groups of the last characters, fewer than eight of them: one in each byte, and 0 behind the text.</summary>
    private static ulong LastGroups(ReadOnlySpan<byte> text, int position)
    {
        if (text.Length >= MostGroups)
        {
            int missing = position + MostGroups - text.Length;
            return (BinaryPrimitives.ReadUInt64LittleEndian(text[^MostGroups..]) - OffsetOfAll) >> (8 * missing);
        }

        ulong groups = 0;
        for (int i = text.Length - 1; i >= position; i--)
        {
            groups = (groups << 8) | (uint)(text[i] - Offset);
        }

        return groups;
    }

    /// <summary>The number in the first groups: their 5 bits moved together, two by two, and the last sign repeated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Number(ulong groups, int length)
    {
        groups = (groups & 0x001f001f001f001f) | ((groups & 0x1f001f001f001f00) >> 3);
        groups = (groups & 0x000003ff000003ff) | ((groups & 0x03ff000003ff0000) >> 6);
        groups = (groups & 0xfffff) | (groups >> 32 << 20);
        int unused = 64 - (Bits * length);
        return (long)(groups << unused) >> unused;
    }

    private static void RequireCharacters(ReadOnlySpan<byte> text)
    {
        int wrong = text.IndexOfAnyExceptInRange((byte)Offset, (byte)(Offset + 0x3f));
        if (wrong >= 0)
        {
            string shown = text[wrong] is > 32 and < 127 ? $"'{(char)text[wrong]}'" : $"code {text[wrong]}";
            throw InputException.InContent(
                null,
                $"Compressed RLE has {shown} at position {wrong}; only the characters '0' (48) to 'o' (111) can occur.",
                InputErrorKind.Damaged);
        }
    }

    private static InputException Endless(ReadOnlySpan<byte> text, int position)
    {
        int last = Math.Min(position + MostGroups, text.Length) - 1;
        return last + 1 == text.Length
            ? InputException.InContent(
                null,
                $"Compressed RLE ends in the middle of a number (at position {last}).",
                InputErrorKind.Damaged)
            : InputException.InContent(
                null,
                $"Compressed RLE holds a number too large for a run length (at position {last}).",
                InputErrorKind.Damaged);
    }
}
