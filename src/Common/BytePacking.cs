using System.Runtime.Intrinsics;

namespace Panoptes.Masks;

/// <summary>Turns rows of bytes into rows of bits and back, 32 pixels at a time.</summary>
internal static class BytePacking
{
    /// <summary>Sets bit x of <paramref name="bits"/> where <paramref name="bytes"/>[x] is not 0.</summary>
    public static void Pack(ReadOnlySpan<byte> bytes, Span<ulong> bits)
    {
        for (int word = 0; word < bits.Length; word++)
        {
            ReadOnlySpan<byte> chunk = bytes[(word * 64)..Math.Min(bytes.Length, (word * 64) + 64)];
            if (chunk.Length == 64)
            {
                uint low = Vector256.Equals(Vector256.Create(chunk), Vector256<byte>.Zero).ExtractMostSignificantBits();
                uint high = Vector256.Equals(Vector256.Create(chunk[32..]), Vector256<byte>.Zero).ExtractMostSignificantBits();
                bits[word] = ~(low | ((ulong)high << 32));
                continue;
            }

            ulong value = 0;
            for (int i = 0; i < chunk.Length; i++)
            {
                value |= (chunk[i] != 0 ? 1UL : 0UL) << i;
            }

            bits[word] = value;
        }
    }

    /// <summary>Writes <paramref name="foreground"/> where the bit is set and 0 elsewhere.</summary>
    public static void Unpack(ReadOnlySpan<ulong> bits, Span<byte> bytes, byte foreground)
    {
        Vector256<byte> select = Vector256.Create(0x8040201008040201UL).AsByte();
        Vector256<byte> spread = Vector256.Create(
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, (byte)3);
        Vector256<byte> value = Vector256.Create(foreground);
        int x = 0;
        for (; x + 32 <= bytes.Length; x += 32)
        {
            // Copy each of the four bytes to eight lanes, keep one bit in each lane, compare.
            Vector256<byte> source = Vector256.Create((uint)(bits[x >> 6] >> (x & 32))).AsByte();
            Vector256<byte> lanes = Vector256.Shuffle(source, spread) & select;
            (Vector256.Equals(lanes, select) & value).CopyTo(bytes[x..]);
        }

        for (; x < bytes.Length; x++)
        {
            bytes[x] = (bits[x >> 6] >> (x & 63) & 1) != 0 ? foreground : (byte)0;
        }
    }
}
