using System.Buffers;
using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// The chunks of a PNG (PNG specification, 5 and 11) that its pixels need. What follows the pixels, and damage in chunks that they do not
/// need, is skipped.
/// </summary>
internal sealed class PngChunks : IDisposable
{
    // Deflate makes at most 258 bytes of two bits (RFC 1951).
    private const long MostExpansion = 1032;

    private const int Around = 12; // length, type and checksum

    private byte[] _compressed;

    private PngChunks(int length) => _compressed = ArrayPool<byte>.Shared.Rent(length);

    /// <summary>The header.</summary>
    public PngHeader Header { get; private set; }

    /// <summary>Red, green and blue of each entry of the palette; empty without one.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Bytes of the compressed pixels.</summary>
    public int CompressedLength { get; private set; }

    /// <summary>Reads the chunks.</summary>
    /// <param name="png">The file, with a valid signature.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <exception cref="InputException">A chunk that the pixels need is missing or damaged.</exception>
    public static PngChunks Read(ReadOnlySpan<byte> png, string source)
    {
        PngChunks chunks = new(png.Length);
        try
        {
            if (chunks.TryRead(png) is { } problem)
                throw Damaged(source, problem);
            return chunks;
        }
        catch
        {
            chunks.Dispose();
            throw;
        }
    }

    /// <summary>Opens the compressed pixels.</summary>
    public Stream OpenPixels() => new System.IO.Compression.ZLibStream(
        new MemoryStream(_compressed, 0, CompressedLength, writable: false), System.IO.Compression.CompressionMode.Decompress);

    /// <summary>The error of a PNG that cannot be read.</summary>
    public static InputException Damaged(string source, string why) =>
        new(InputErrorKind.Damaged, source, null, $"damaged or truncated PNG ({why.TrimEnd('.')}).");

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _compressed, [])); // never twice

    private string? TryRead(ReadOnlySpan<byte> png)
    {
        bool dataEnded = false;
        ReadOnlySpan<byte> rest = png[PngCodec.Signature.Length..];
        while (rest.Length >= 8)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            ReadOnlySpan<byte> type = rest.Slice(4, 4);
            bool isData = type.SequenceEqual("IDAT"u8);
            if (Header.Width == 0 && !type.SequenceEqual("IHDR"u8))
                return "it does not begin with its header";
            if (length > rest.Length - Around)
            {
                // The pixels may still be there.
                if (isData && !dataEnded)
                    Append(rest.Slice(8, (int)Math.Min(length, rest.Length - 8)));
                break;
            }

            ReadOnlySpan<byte> body = rest.Slice(8, (int)length);
            bool isSound = Crc32.Of(rest.Slice(4, 4 + (int)length)) == BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
            bool isNeeded = (type[0] & 0x20) == 0;
            if (!isSound && isNeeded)
                return "a checksum does not fit";
            if (type.SequenceEqual("IEND"u8))
                break;
            if (isData ? !TryAddData(body, dataEnded) : isNeeded && !TryReadNeeded(type, body))
                return $"a chunk {ToText(type)} is invalid or out of place";
            dataEnded = !isData && CompressedLength > 0;
            rest = rest[(Around + (int)length)..];
        }

        long expected = (((long)Header.Width * Header.Bits * Header.Channels) + 7) / 8 * Header.Height;
        return CompressedLength == 0 ? "it has no pixels"
            : CompressedLength * MostExpansion < expected ? $"{CompressedLength} bytes cannot hold its pixels"
            : null;
    }

    private bool TryReadNeeded(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        if (type.SequenceEqual("IHDR"u8))
        {
            bool isFirst = Header.Width == 0;
            if (!isFirst || !PngHeader.TryRead(body, out PngHeader header))
                return false;
            Header = header;
            return true;
        }

        if (!type.SequenceEqual("PLTE"u8) || body.Length % 3 != 0 || body.Length is 0 or > 3 * 256)
            return false;
        Palette = body.ToArray();
        return true;
    }

    private bool TryAddData(ReadOnlySpan<byte> body, bool dataEnded)
    {
        if (dataEnded || (Header.ColorType == PngHeader.Indexed && Palette.Length == 0))
            return false;
        Append(body);
        return true;
    }

    private void Append(ReadOnlySpan<byte> body)
    {
        body.CopyTo(_compressed.AsSpan(CompressedLength));
        CompressedLength += body.Length;
    }

    private static string ToText(ReadOnlySpan<byte> type) =>
        type.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) ? Convert.ToHexString(type) : System.Text.Encoding.ASCII.GetString(type);
}
