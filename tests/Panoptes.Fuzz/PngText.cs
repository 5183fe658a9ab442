using System.Buffers.Binary;
using System.IO.Compression;

namespace Panoptes.Fuzz;

/// <summary>Makes a PNG whose checksums are right again, so that a mutation reaches what lies behind them.</summary>
internal static class PngText
{
    /// <summary>The PNG with the checksums that its chunks should have.</summary>
    public static byte[] WithChecksums(byte[] png)
    {
        byte[] sound = [.. png];
        for (int at = 8; at + 12 <= sound.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(sound.AsSpan(at));
            if (at + 12 + length > sound.Length)
            {
                break;
            }

            Span<byte> chunk = sound.AsSpan(at + 4, 4 + (int)length);
            BinaryPrimitives.WriteUInt32BigEndian(sound.AsSpan(at + 8 + (int)length), Crc(chunk));
            at += 12 + (int)length;
        }

        return sound;
    }

    // Through zlib, whose streams of type gzip end with the checksum that PNGs have.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(target.ToArray().AsSpan()[^8..]);
    }
}
