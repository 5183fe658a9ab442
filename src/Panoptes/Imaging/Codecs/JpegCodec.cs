using System.Buffers;
using System.Runtime.InteropServices;

namespace Panoptes.Imaging.Codecs;

/// <summary>JPEG through libturbojpeg.</summary>
internal static unsafe class JpegCodec
{
    /// <summary>Decodes a whole file; the orientation is not applied here.</summary>
    /// <exception cref="InputException">The data is damaged or cut off.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, PictureHeader header, DecodeOptions options, string source)
    {
        if (!options.AcceptTruncated && !JpegMarkers.HasEndOfImage(data))
            throw Truncated(source, data.Length);

        (int width, int height) = ScaledSize(header.Stored, options.MinShortSide);
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
        if (header.Channels != 4)
        {
            Decompress(data, rgb, width, height, 3, TurboJpeg.FormatRgb, options, source);
        }
        else
        {
            byte[] cmyk = ArrayPool<byte>.Shared.Rent(checked(width * height * 4));
            try
            {
                Decompress(data, cmyk, width, height, 4, TurboJpeg.FormatCmyk, options, source);
                CmykToRgb(cmyk.AsSpan(0, width * height * 4), rgb);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(cmyk);
            }
        }

        return new Image(rgb, width, height);
    }

    /// <summary>Encodes with 4:4:4 chroma from quality 90 up and 4:2:0 below.</summary>
    public static byte[] Encode(Image image, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        int subsampling = quality >= 90 ? TurboJpeg.Subsampling444 : TurboJpeg.Subsampling420;
        nint handle = TurboJpeg.InitCompress();
        if (handle == 0)
            throw new InvalidOperationException("libturbojpeg could not start a compressor.");
        byte* jpeg = null;
        try
        {
            CULong size = default;
            int result;
            fixed (byte* pixels = image.Pixels)
            {
                result = TurboJpeg.Compress(
                    handle, pixels, image.Width, image.Stride, image.Height, TurboJpeg.FormatRgb, &jpeg, &size, subsampling, quality,
                    TurboJpeg.FlagAccurateDct);
            }

            if (result != 0)
            {
                throw new InvalidOperationException(
                    $"A picture of {image.Size} cannot be written as JPEG ({TurboJpeg.LastMessage(handle)}).");
            }

            return new ReadOnlySpan<byte>(jpeg, checked((int)size.Value)).ToArray();
        }
        finally
        {
            TurboJpeg.Free(jpeg);
            _ = TurboJpeg.Destroy(handle);
        }
    }

    private static ImageSize ScaledSize(ImageSize full, int minShortSide)
    {
        int denominator = 1;
        if (minShortSide > 0)
        {
            while (denominator < 8 && CeilingDivide(full.ShortSide, 2 * denominator) >= minShortSide)
                denominator *= 2;
        }

        return new ImageSize(CeilingDivide(full.Width, denominator), CeilingDivide(full.Height, denominator));
    }

    private static int CeilingDivide(int value, int divisor) => (value + divisor - 1) / divisor;

    private static void Decompress(
        ReadOnlySpan<byte> data, byte[] pixels, int width, int height, int channels, int format, DecodeOptions options, string source)
    {
        nint handle = TurboJpeg.InitDecompress();
        if (handle == 0)
            throw new InvalidOperationException("libturbojpeg could not start a decompressor.");
        try
        {
            int result;
            fixed (byte* input = data)
            fixed (byte* output = pixels)
            {
                // The accurate transform and smooth chroma upsampling are what libjpeg, and so PIL, does by default.
                result = TurboJpeg.Decompress(
                    handle, input, new CULong((nuint)data.Length), output, width, width * channels, height, format,
                    TurboJpeg.FlagAccurateDct | TurboJpeg.FlagLimitScans);
            }

            if (result == 0)
                return;
            string message = TurboJpeg.LastMessage(handle);
            if (TurboJpeg.GetErrorCode(handle) != TurboJpeg.ErrorWarning)
                throw new InputException($"{source}: damaged or unsupported JPEG ({message}).");

            // Other warnings (stray bytes between segments and the like) leave a picture that every viewer shows.
            if (!options.AcceptTruncated && message.Contains("Premature end of JPEG file", StringComparison.Ordinal))
                throw Truncated(source, data.Length);
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    private static InputException Truncated(string source, int length) =>
        new($"{source}: truncated JPEG (the file ends after {length} bytes without an end-of-image marker).");

    /// <summary>
    /// Inverted CMYK, as Adobe's programs write it and every reader assumes it, to RGB: each colour is the product of its ink and
    /// black, c * k / 255 rounded.
    /// </summary>
    private static void CmykToRgb(ReadOnlySpan<byte> cmyk, Span<byte> rgb)
    {
        for (int from = 0, to = 0; from < cmyk.Length; from += 4, to += 3)
        {
            int black = cmyk[from + 3];
            rgb[to] = Multiply(cmyk[from], black);
            rgb[to + 1] = Multiply(cmyk[from + 1], black);
            rgb[to + 2] = Multiply(cmyk[from + 2], black);
        }
    }

    private static byte Multiply(int ink, int black)
    {
        // PIL subtracts the rounded product of the ink's complement; it matters in the last bit.
        int product = ((255 - ink) * black) + 128;
        return (byte)(black - (((product >> 8) + product) >> 8));
    }
}
