using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>PNG, read and written here, exactly, without a native library.</summary>
internal static class PngCodec
{
    /// <summary>The eight bytes that begin every PNG.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Size and orientation (from an <c>eXIf</c> chunk, which may stand before or after the pixels).</summary>
    public static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, out ImageHeader header)
    {
        header = default;
        if (data.Length < 33)
            return HeaderStatus.Incomplete;
        if (!data.Slice(12, 4).SequenceEqual("IHDR"u8))
            return HeaderStatus.Invalid;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data[16..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[20..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            return HeaderStatus.Invalid;
        header = new ImageHeader(new ImageSize((int)width, (int)height), ExifOrientation.Upright);

        for (long position = 8; position + 12 <= data.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data[(int)position..]);
            ReadOnlySpan<byte> type = data.Slice((int)position + 4, 4);
            if (type.SequenceEqual("IEND"u8))
                return HeaderStatus.Found;
            if (type.SequenceEqual("eXIf"u8) && position + 12 + length <= data.Length)
            {
                int orientation = ExifOrientation.Read(data.Slice((int)position + 8, (int)length));
                header = header with { Orientation = orientation };
                return HeaderStatus.Found;
            }

            position += 12L + length;
        }

        return HeaderStatus.Incomplete;
    }

    /// <summary>Whether a PNG, which has a header, holds colors themselves, with alpha or without: neither gray nor a palette.</summary>
    public static bool IsRgb(ReadOnlySpan<byte> data) => data[25] is PngHeader.Rgb or PngHeader.RgbAlpha;

    /// <summary>Decodes any PNG to 8-bit RGB; alpha and transparency are dropped.</summary>
    /// <exception cref="InputException">The data is damaged or cut off.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, string source, List<string> warnings, CancellationToken cancellationToken)
    {
        using PngChunks chunks = PngChunks.Read(data, source);
        Image image = Image.Uninitialized(chunks.Header.Width, chunks.Header.Height);
        if (chunks.Header.Bits == 16)
            PngSamples.ReadDeepColors(chunks, image, source, warnings, cancellationToken);
        else
            PngSamples.ReadColors(chunks, image, source, cancellationToken);
        return image;
    }

    /// <summary>Begins to read the labels of a PNG row by row.</summary>
    /// <exception cref="InputException">The data is damaged, cut off, or has colors of 16 bits.</exception>
    public static LabelRows OpenLabels(ReadOnlySpan<byte> data, string source)
    {
        PngChunks chunks = PngChunks.Read(data, source);
        if (PngLabelRows.CanRead(chunks.Header))
            return new PngLabelRows(chunks, source);
        using (chunks)
            return new LabelMapRows(DecodeLabels(chunks, source));
    }

    /// <summary>Decodes the samples of a gray or palette PNG, or the ids of a color one.</summary>
    /// <exception cref="InputException">The data is damaged, cut off, or has colors of 16 bits.</exception>
    public static LabelMap DecodeLabels(ReadOnlySpan<byte> data, string source)
    {
        using LabelRows rows = OpenLabels(data, source);
        if (rows is LabelMapRows { Map: { } whole })
            return whole;
        LabelMap map = new(rows.Width, rows.Height);
        for (int y = 0; y < rows.Height; y++)
        {
            rows.Read();
            rows.Labels.CopyTo(map.Row(y));
        }

        return map;
    }

    /// <summary>Decodes the labels of any PNG, whole.</summary>
    private static LabelMap DecodeLabels(PngChunks chunks, string source)
    {
        PngHeader header = chunks.Header;
        if (header is { Bits: 16, Channels: >= 3 })
        {
            throw new InputException(
                InputErrorKind.Unsupported, source, null,
                "a color PNG of 16 bits cannot hold labels. Labels are read from 8-bit colors, gray or palette.");
        }

        LabelMap map = new(header.Width, header.Height);
        PngSamples.ReadLabels(chunks, map, source);
        return map;
    }
}
