using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>What the chunks of a PNG tell (PNG specification, 5 and 11), without its pixels.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">Bits of a sample.</param>
/// <param name="Channels">Samples of a pixel.</param>
/// <param name="IsInterlaced">Whether the pixels come in seven passes.</param>
/// <param name="CompressedLength">Bytes of the compressed pixels.</param>
internal readonly record struct PngChunks(int Width, int Height, int Bits, int Channels, bool IsInterlaced, int CompressedLength)
{
    private const int HeaderLength = 13;
    private const int Around = 12; // length, type and checksum

    /// <summary>Reads the chunks up to the last; false where anything is not as it should be.</summary>
    /// <param name="png">The whole file, with a valid signature.</param>
    /// <param name="compressed">Takes the compressed pixels; as long as the file is enough.</param>
    /// <param name="chunks">What was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> png, Span<byte> compressed, out PngChunks chunks)
    {
        chunks = default;
        bool hasPalette = false;
        bool needsPalette = false;
        bool dataEnded = false;
        for (ReadOnlySpan<byte> rest = png[PngCodec.Signature.Length..]; rest.Length >= Around;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Around)
            {
                return false;
            }

            ReadOnlySpan<byte> type = rest.Slice(4, 4);
            ReadOnlySpan<byte> body = rest.Slice(8, (int)length);
            if (Crc32.Of(rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
            {
                return false;
            }

            rest = rest[(Around + (int)length)..];
            bool isData = type.SequenceEqual("IDAT"u8);
            bool isHeader = type.SequenceEqual("IHDR"u8);
            if (isHeader != (chunks.Width == 0))
            {
                return false; // the header is the first, and the only one
            }

            if (isHeader)
            {
                needsPalette = body.Length == HeaderLength && body[9] == 3;
                if (!TryReadHeader(body, out chunks))
                {
                    return false;
                }
            }
            else if (isData)
            {
                if (dataEnded || (needsPalette && !hasPalette))
                {
                    return false;
                }

                body.CopyTo(compressed[chunks.CompressedLength..]);
                chunks = chunks with { CompressedLength = chunks.CompressedLength + body.Length };
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return chunks.CompressedLength > 0;
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                hasPalette = body.Length % 3 == 0 && body.Length is > 0 and <= 3 * 256;
            }
            else if ((type[0] & 0x20) == 0)
            {
                return false; // needed for the pixels, whatever it is
            }

            dataEnded = !isData && chunks.CompressedLength > 0;
        }

        return false;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> body, out PngChunks chunks)
    {
        chunks = default;
        if (body.Length != HeaderLength || body[10] != 0 || body[11] != 0 || body[12] > 1)
        {
            return false;
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(body);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        int channels = PngCodec.ChannelsOf(body[9]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || channels == 0)
        {
            return false;
        }

        chunks = new PngChunks((int)width, (int)height, body[8], channels, body[12] == 1, 0);
        return true;
    }
}
