using NetVips;
using VipsImage = NetVips.Image;

namespace Panoptes.Imaging.Codecs;

/// <summary>Writes JPEG and WebP through libvips.</summary>
internal static class VipsEncoder
{
    /// <summary>The longest side of a WebP.</summary>
    private const int LargestWebP = 16383;

    /// <summary>Encodes a JPEG with 4:4:4 chroma from quality 90 up and 4:2:0 below.</summary>
    public static byte[] EncodeJpeg(Image image, int quality)
    {
        CheckQuality(quality);
        return Encode(image, "JPEG", 65535, pixels => pixels.JpegsaveBuffer(
            q: quality, subsampleMode: quality >= 90 ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.On));
    }

    /// <summary>Encodes a WebP.</summary>
    public static byte[] EncodeWebP(Image image, int quality, bool lossless)
    {
        CheckQuality(quality);
        return Encode(image, "WebP", LargestWebP, pixels => pixels.WebpsaveBuffer(q: quality, lossless: lossless, exact: lossless));
    }

    private static void CheckQuality(int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
    }

    private static unsafe byte[] Encode(Image image, string format, int largestSide, Func<VipsImage, byte[]> encode)
    {
        VipsLibrary.Require();
        if (image.Size.LongSide > largestSide)
        {
            throw new InvalidOperationException(
                $"An image of {image.Size} cannot be written as {format}: its sides are at most {largestSide} pixels.");
        }

        fixed (byte* pixels = image.Pixels)
        {
            using VipsImage memory = VipsImage.NewFromMemory(
                (nint)pixels, (ulong)image.Pixels.Length, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
            using VipsImage rgb = memory.Copy(interpretation: Enums.Interpretation.Srgb);
            try
            {
                return encode(rgb);
            }
            catch (VipsException e)
            {
                throw new InvalidOperationException(
                    $"An image of {image.Size} cannot be written as {format} ({e.Message.ReplaceLineEndings("; ").TrimEnd(';', ' ')}).", e);
            }
        }
    }
}
