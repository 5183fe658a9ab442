namespace Panoptes.Imaging.Codecs;

/// <summary>Tells formats apart by the first bytes of a file.</summary>
internal static class FormatSignature
{
    /// <summary>So many bytes are enough.</summary>
    public const int Length = 64;

    /// <summary>The format that data begins like.</summary>
    /// <exception cref="InputException">It begins like no supported image.</exception>
    public static ImageFormat Detect(ReadOnlySpan<byte> data, string source) =>
        TryDetect(data) ?? throw new InputException(
            InputErrorKind.Unsupported, source, null,
            $"{Describe(data)}. Supported are {ImageFiles.FormatList}.");

    private static ImageFormat? TryDetect(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (data.StartsWith(PngCodec.Signature))
            return ImageFormat.Png;
        if (data.StartsWith("RIFF"u8) && data.Length >= 12 && data.Slice(8, 4).SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        if (data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8) || data.StartsWith("II+\0"u8) || data.StartsWith("MM\0+"u8))
            return ImageFormat.Tiff;
        if (data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (data.StartsWith("BM"u8))
            return ImageFormat.Bmp;
        return IsBoxFile(data) && HasBrand(data, "avif"u8, "avis"u8) ? ImageFormat.Avif : null;
    }

    private static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return "the file is empty";
        if (IsBoxFile(data))
            return HasBrand(data, "heic"u8, "heix"u8) || HasBrand(data, "hevc"u8, "mif1"u8) ? "a HEIC image" : "a video file";
        if (data.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer, not the image itself";
        if (data.StartsWith("%PDF"u8))
            return "a PDF document";
        return "not an image";
    }

    // The first box of ISO media files (ISO/IEC 14496-12, 4.3): its length, "ftyp", the main brand, a version, compatible brands.
    private static bool IsBoxFile(ReadOnlySpan<byte> data) => data.Length >= 12 && data.Slice(4, 4).SequenceEqual("ftyp"u8);

    private static bool HasBrand(ReadOnlySpan<byte> data, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int end = Math.Min(data.Length, Math.Min(Length, (data[2] << 8) | data[3]));
        for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            if (data.Slice(at, 4).SequenceEqual(one) || data.Slice(at, 4).SequenceEqual(other))
                return true;
        }

        return false;
    }
}
