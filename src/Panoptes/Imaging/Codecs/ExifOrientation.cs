using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>Reads the orientation tag (0x0112) of an EXIF block: TIFF 6.0, section 2; EXIF 2.32, section 4.6.4.</summary>
internal static class ExifOrientation
{
    /// <summary>Stored upright.</summary>
    public const int Upright = ImageHeader.NotTurned;

    /// <summary>The most bytes of a block that are looked at: as many as a JPEG's segment holds.</summary>
    public const int MostBytes = 1 << 16;

    private const ushort OrientationTag = 0x0112;

    /// <summary>
    /// The orientation, 1 to 8. A block that is damaged or has no such tag counts as upright: the image itself is not at fault.
    /// </summary>
    /// <param name="tiff">The block from its TIFF header ("II" or "MM") on.</param>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return Upright;
        bool little = tiff[0] == 'I' && tiff[1] == 'I';
        if (!little && !(tiff[0] == 'M' && tiff[1] == 'M'))
            return Upright;
        if (ReadUInt16(tiff, 2, little) != 42)
            return Upright;

        uint directory = ReadUInt32(tiff, 4, little);
        if (directory > (uint)tiff.Length - 2)
            return Upright;
        int entries = ReadUInt16(tiff, (int)directory, little);
        for (int i = 0; i < entries; i++)
        {
            long entry = (long)directory + 2 + (12L * i);
            if (entry + 12 > tiff.Length)
                return Upright;
            ReadOnlySpan<byte> fields = tiff.Slice((int)entry, 12);
            if (ReadUInt16(fields, 0, little) != OrientationTag)
                continue;
            uint value = ReadUInt16(fields, 2, little) switch
            {
                1 => fields[8],
                3 => ReadUInt16(fields, 8, little),
                4 => ReadUInt32(fields, 8, little),
                _ => Upright,
            };
            return value is >= 1 and <= 8 ? (int)value : Upright;
        }

        return Upright;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> data, int offset, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]) : BinaryPrimitives.ReadUInt16BigEndian(data[offset..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> data, int offset, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(data[offset..]);
}
