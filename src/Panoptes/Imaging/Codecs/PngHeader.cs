using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>The header chunk of a PNG (PNG specification, 11.2.2).</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">Bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="ColorType">0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.</param>
/// <param name="IsInterlaced">Whether the pixels come in seven passes.</param>
internal readonly record struct PngHeader(int Width, int Height, int Bits, byte ColorType, bool IsInterlaced)
{
    /// <summary>Bytes of the chunk.</summary>
    public const int Length = 13;

    public const byte Gray = 0;
    public const byte Rgb = 2;
    public const byte Indexed = 3;
    public const byte GrayAlpha = 4;
    public const byte RgbAlpha = 6;

    /// <summary>Samples of a pixel.</summary>
    public int Channels => ColorType switch { Gray or Indexed => 1, GrayAlpha => 2, Rgb => 3, _ => 4 };

    /// <summary>Bytes from a sample to the one on its left, at least 1: the step of filters.</summary>
    public int Step => Math.Max(1, Channels * Bits / 8);

    /// <summary>Bytes of a row of this many pixels.</summary>
    public int RowBytes(int width) => checked((int)((((long)width * Bits * Channels) + 7) / 8));

    /// <summary>Reads the chunk; false where it has values that the specification does not allow.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out PngHeader header)
    {
        header = default;
        if (body.Length != Length || body[10] != 0 || body[11] != 0 || body[12] > 1)
            return false;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(body);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        byte bits = body[8];
        bool isAllowed = body[9] switch
        {
            Gray => bits is 1 or 2 or 4 or 8 or 16,
            Indexed => bits is 1 or 2 or 4 or 8,
            Rgb or GrayAlpha or RgbAlpha => bits is 8 or 16,
            _ => false,
        };
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || !isAllowed)
            return false;
        header = new PngHeader((int)width, (int)height, bits, body[9], body[12] == 1);
        return true;
    }
}
