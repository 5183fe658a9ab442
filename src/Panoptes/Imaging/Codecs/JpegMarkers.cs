using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>Walks the marker segments of a JPEG (ITU-T T.81, annex B) for what is needed without decoding.</summary>
internal static class JpegMarkers
{
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte App1 = 0xE1;
    private const int BlockSide = 8;

    /// <summary>The most scans that are decoded: progressive files have about ten.</summary>
    public const int MostScans = 100;

    /// <summary>Size and orientation, from the segments up to the frame header.</summary>
    public static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, out ImageHeader header)
    {
        header = default;
        int orientation = ExifOrientation.Upright;
        bool orientationSeen = false;
        int position = 2;
        while (true)
        {
            HeaderStatus status = NextMarker(data, ref position, out byte marker);
            if (status != HeaderStatus.Found)
                return status;
            if (IsStandalone(marker))
            {
                if (marker == EndOfImage)
                    return HeaderStatus.Invalid;
                continue;
            }

            if (position + 2 > data.Length)
                return HeaderStatus.Incomplete;
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            if (length < 2 || marker == StartOfScan)
                return HeaderStatus.Invalid;
            if (position + length > data.Length)
                return HeaderStatus.Incomplete;
            ReadOnlySpan<byte> body = data.Slice(position + 2, length - 2);
            position += length;

            if (marker == App1 && !orientationSeen && body.StartsWith("Exif\0\0"u8))
            {
                orientation = ExifOrientation.Read(body[6..]);
                orientationSeen = true;
            }
            else if (IsFrameHeader(marker))
            {
                if (body.Length < 6)
                    return HeaderStatus.Invalid;
                int height = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
                int width = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
                header = new ImageHeader(new ImageSize(width, height), orientation);
                return width > 0 && height > 0 ? HeaderStatus.Found : HeaderStatus.Invalid;
            }
        }
    }

    /// <summary>
    /// Whether the data runs to its end-of-image marker. Decoders fill the rest of a file that was cut off with gray, so this is the
    /// one sure sign of a whole file.
    /// </summary>
    /// <param name="data">The file.</param>
    /// <param name="scans">How many scans it has.</param>
    public static bool HasEndOfImage(ReadOnlySpan<byte> data, out int scans)
    {
        scans = 0;
        int position = 2;
        while (NextMarker(data, ref position, out byte marker) == HeaderStatus.Found)
        {
            if (marker == EndOfImage)
                return true;
            if (IsStandalone(marker))
                continue;
            scans += marker == StartOfScan ? 1 : 0;
            if (position + 2 > data.Length)
                return false;

            // Entropy-coded data follows a scan header; NextMarker skips over it, for it looks for 0xFF and skips stuffed bytes.
            position += BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
        }

        return false;
    }

    /// <summary>Whether pixels come row by row: one scan of a baseline or extended frame (SOF0 and SOF1).</summary>
    /// <param name="data">A file with a valid header.</param>
    /// <param name="scans">How many scans it has.</param>
    public static bool ComesInRows(ReadOnlySpan<byte> data, int scans)
    {
        int position = 2;
        while (NextMarker(data, ref position, out byte marker) == HeaderStatus.Found && position + 2 <= data.Length)
        {
            if (IsFrameHeader(marker)) return scans == 1 && (marker is 0xC0 or 0xC1);
            if (!IsStandalone(marker)) position += BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
        }

        return false;
    }

    /// <summary>The fewest bytes that the file can have: Huffman codes spend a bit or more on every block's mean.</summary>
    /// <param name="data">A file with a valid header.</param>
    public static long LeastBytes(ReadOnlySpan<byte> data)
    {
        int position = 2;
        while (NextMarker(data, ref position, out byte marker) == HeaderStatus.Found)
        {
            if (IsStandalone(marker))
                continue;
            if (position + 2 > data.Length)
                return 0;
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            if (IsFrameHeader(marker))
            {
                bool isHuffman = marker is >= 0xC0 and <= 0xC2;
                return isHuffman && position + length <= data.Length ? Blocks(data.Slice(position + 2, length - 2)) / 8 : 0;
            }

            position += length;
        }

        return 0;
    }

    // The blocks of all components of a frame.
    private static long Blocks(ReadOnlySpan<byte> frame)
    {
        (int height, int width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
        ReadOnlySpan<byte> components = frame[6..];
        if (components.Length < 3 * frame[5])
            return 0;
        (int mostAcross, int mostDown) = (1, 1);
        for (int i = 0; i < frame[5]; i++)
        {
            byte sampling = components[(3 * i) + 1];
            (mostAcross, mostDown) = (Math.Max(mostAcross, sampling >> 4), Math.Max(mostDown, sampling & 15));
        }

        long blocks = 0;
        for (int i = 0; i < frame[5]; i++)
        {
            byte sampling = components[(3 * i) + 1];
            blocks += BlocksAlong(width, sampling >> 4, mostAcross) * BlocksAlong(height, sampling & 15, mostDown);
        }

        return blocks;

        static long BlocksAlong(long length, int sampling, int most) => (length * sampling / most) / BlockSide;
    }

    /// <summary>Moves behind the next marker: 0xFF and a byte that is neither 0 (stuffing) nor 0xFF (fill).</summary>
    private static HeaderStatus NextMarker(ReadOnlySpan<byte> data, ref int position, out byte marker)
    {
        marker = 0;
        while (position < data.Length)
        {
            int found = data[position..].IndexOf((byte)0xFF);
            if (found < 0)
                break;
            position += found + 1;
            while (position < data.Length && data[position] == 0xFF)
                position++;
            if (position == data.Length)
                break;
            marker = data[position++];
            if (marker != 0)
                return HeaderStatus.Found;
        }

        return HeaderStatus.Incomplete;
    }

    // TEM, RST0 to RST7, SOI and EOI have no length field.
    private static bool IsStandalone(byte marker) => marker is 0x01 or (>= 0xD0 and <= EndOfImage) or StartOfImage;

    // SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC).
    private static bool IsFrameHeader(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
