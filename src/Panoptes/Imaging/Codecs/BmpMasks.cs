using System.Buffers.Binary;
using System.Numerics;

namespace Panoptes.Imaging.Codecs;

/// <summary>The bits of red, green and blue in the pixels of a BMP of 16 or 32 bits.</summary>
internal readonly record struct BmpMasks(uint Red, uint Green, uint Blue)
{
    private const int Place = 54; // behind the first 40 bytes of the info header, in whichever version of it

    /// <summary>The masks of a file.</summary>
    /// <param name="data">The file.</param>
    /// <param name="bits">Bits of a pixel.</param>
    /// <param name="areStored">Whether the file states them; else 5 bits a color of 16, 8 of 32.</param>
    public static BmpMasks Of(ReadOnlySpan<byte> data, int bits, bool areStored) =>
        areStored && data.Length >= Place + 12
            ? new BmpMasks(
                BinaryPrimitives.ReadUInt32LittleEndian(data[Place..]),
                BinaryPrimitives.ReadUInt32LittleEndian(data[(Place + 4)..]),
                BinaryPrimitives.ReadUInt32LittleEndian(data[(Place + 8)..]))
        : bits == 16 ? new BmpMasks(0x7C00, 0x03E0, 0x001F)
        : new BmpMasks(0xFF0000, 0x00FF00, 0x0000FF);

    /// <summary>Reads a row.</summary>
    public void Read(ReadOnlySpan<byte> row, int bytes, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += bytes, to += 3)
        {
            uint pixel = bytes == 2
                ? BinaryPrimitives.ReadUInt16LittleEndian(row[from..])
                : BinaryPrimitives.ReadUInt32LittleEndian(row[from..]);
            rgb[to] = Scale(pixel, Red);
            rgb[to + 1] = Scale(pixel, Green);
            rgb[to + 2] = Scale(pixel, Blue);
        }
    }

    private static byte Scale(uint pixel, uint mask)
    {
        if (mask == 0)
            return 0;
        int shift = BitOperations.TrailingZeroCount(mask);
        ulong most = mask >> shift;
        return (byte)(((ulong)((pixel & mask) >> shift) * 255) / most);
    }
}
