using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Panoptes.Imaging.Codecs;

/// <summary>PNG through libspng.</summary>
internal static unsafe class PngCodec
{
    // Colour types of the header chunk (PNG specification, 11.2.2).
    private const byte ColorGray = 0;
    private const byte ColorRgb = 2;
    private const byte ColorIndexed = 3;
    private const byte ColorGrayAlpha = 4;
    private const byte ColorRgba = 6;

    // For photographs zlib's level 3 takes 2/5 of the time of its default, 6, and 2% more room.
    private const int CompressionLevel = 3;

    /// <summary>The eight bytes that begin every PNG.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Size and orientation (from an <c>eXIf</c> chunk, which may stand before or after the pixels).</summary>
    public static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, out PictureHeader header)
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
        header = new PictureHeader(new ImageSize((int)width, (int)height), 0, ExifOrientation.Upright);

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

    /// <summary>Whether a PNG, which has a header, holds colours themselves, with alpha or without: neither grey nor a palette.</summary>
    public static bool IsRgb(ReadOnlySpan<byte> data) => data[25] is ColorRgb or ColorRgba;

    /// <summary>Decodes any PNG to 8-bit RGB: 16 bits keep their high byte, alpha and transparency are dropped.</summary>
    /// <exception cref="InputException">The data is damaged or cut off.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, PictureHeader header, string source)
    {
        (int width, int height) = header.Stored;
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
        DecodeTo(data, rgb, Spng.FormatRgb8, source);
        return new Image(rgb, width, height);
    }

    /// <summary>Decodes the samples of a grey or palette PNG, or the ids of a colour one.</summary>
    /// <exception cref="InputException">The data is damaged, cut off, or has colours of 16 bits.</exception>
    public static LabelMap DecodeLabels(ReadOnlySpan<byte> data, PictureHeader header, string source)
    {
        (int width, int height) = header.Stored;
        int bits = data[24];
        int channels = data[25] switch { ColorGray or ColorIndexed => 1, ColorGrayAlpha => 2, ColorRgb => 3, ColorRgba => 4, _ => 0 };
        if (channels >= 3 && bits == 16)
            throw new InputException($"{source}: a colour PNG of 16 bits; labels are read from 8-bit colours, grey or palette.");
        if (channels == 0 || bits is not (1 or 2 or 4 or 8 or 16))
            throw new InputException($"{source}: damaged PNG (colour type {data[25]} with {bits} bits).");
        int stride = checked(((width * bits * channels) + 7) / 8);
        byte[] samples = ArrayPool<byte>.Shared.Rent(checked(stride * height));
        try
        {
            // libspng ORs the samples of interlaced pictures of fewer than 8 bits into place.
            samples.AsSpan(0, stride * height).Clear();
            DecodeTo(data, samples.AsSpan(0, stride * height), Spng.FormatPng, source);
            LabelMap map = new(width, height);
            for (int y = 0; y < height; y++)
                ReadLabels(samples.AsSpan(y * stride, stride), map.Row(y), bits, channels);
            return map;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(samples);
        }
    }

    /// <summary>Encodes pixels: 1 channel grey (or palette indices), 3 RGB, 4 RGBA.</summary>
    /// <param name="pixels">Rows without padding.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="palette">RGB triples; makes a palette PNG of a one-channel picture.</param>
    /// <param name="bits">Bits of a channel: 8, or 16 in the machine's byte order.</param>
    public static byte[] Encode(
        ReadOnlySpan<byte> pixels, int width, int height, int channels, ReadOnlySpan<byte> palette = default, byte bits = 8)
    {
        nint context = Spng.NewContext(Spng.ContextEncoder);
        if (context == 0)
            throw new InvalidOperationException("libspng could not start an encoder.");
        try
        {
            Check(Spng.SetOption(context, Spng.OptionEncodeToBuffer, 1));
            Check(Spng.SetOption(context, Spng.OptionCompressionLevel, CompressionLevel));
            Spng.Header header = new()
            {
                Width = (uint)width,
                Height = (uint)height,
                BitDepth = bits,
                ColorType = channels switch
                {
                    1 => palette.IsEmpty ? ColorGray : ColorIndexed,
                    3 => ColorRgb,
                    4 => ColorRgba,
                    _ => throw new ArgumentOutOfRangeException(nameof(channels)),
                },
            };
            Check(Spng.SetHeader(context, &header));
            if (!palette.IsEmpty)
                SetPalette(context, palette);
            nuint size;
            int error;
            fixed (byte* input = pixels)
                Check(Spng.EncodeImage(context, input, (nuint)pixels.Length, Spng.FormatPng, Spng.EncodeFinalize));
            byte* png = Spng.GetPngBuffer(context, &size, &error);
            Check(error);
            try
            {
                return new ReadOnlySpan<byte>(png, checked((int)size)).ToArray();
            }
            finally
            {
                NativeMemory.Free(png);
            }
        }
        finally
        {
            Spng.FreeContext(context);
        }
    }

    private static void DecodeTo(ReadOnlySpan<byte> data, Span<byte> pixels, int format, string source)
    {
        nint context = Spng.NewContext(0);
        if (context == 0)
            throw new InvalidOperationException("libspng could not start a decoder.");
        try
        {
            fixed (byte* input = data)
            fixed (byte* output = pixels)
            {
                nuint size;
                int error = Spng.SetCrcAction(context, Spng.CrcError, Spng.CrcDiscard);
                if (error == 0)
                    error = Spng.SetChunkLimits(context, 64 << 20, 64 << 20);
                if (error == 0)
                    error = Spng.SetPngBuffer(context, input, (nuint)data.Length);
                if (error == 0)
                    error = Spng.DecodedImageSize(context, format, &size);
                if (error == 0)
                    error = Spng.DecodeImage(context, output, (nuint)pixels.Length, format, 0);
                if (error != 0)
                    throw new InputException($"{source}: damaged, truncated or unsupported PNG ({Spng.Message(error)}).");
            }
        }
        finally
        {
            Spng.FreeContext(context);
        }
    }

    private static void ReadLabels(ReadOnlySpan<byte> samples, Span<int> labels, int bits, int channels)
    {
        int step = channels * bits / 8;
        for (int x = 0; x < labels.Length; x++)
        {
            labels[x] = bits switch
            {
                < 8 => (samples[x * bits / 8] >> (8 - bits - (x * bits % 8))) & ((1 << bits) - 1),

                // libspng gives 16-bit samples in the machine's byte order.
                16 => BitConverter.ToUInt16(samples[(x * step)..]),
                _ when channels >= 3 => samples[x * step] | (samples[(x * step) + 1] << 8) | (samples[(x * step) + 2] << 16),
                _ => samples[x * step],
            };
        }
    }

    private static void SetPalette(nint context, ReadOnlySpan<byte> palette)
    {
        Spng.PaletteChunk chunk = new() { Count = (uint)(palette.Length / 3) };
        for (int i = 0; i < palette.Length / 3; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                chunk.Entries[(4 * i) + channel] = palette[(3 * i) + channel];
        }

        Check(Spng.SetPalette(context, &chunk));
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"libspng could not write the PNG: {Spng.Message(error)}.");
    }
}
