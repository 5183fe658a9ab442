using System.Buffers.Binary;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

/// <summary>Files of a few bytes that declare much.</summary>
public class ImageBombTests
{
    [Fact]
    public void A_JPEG_that_cannot_hold_its_pixels_is_refused()
    {
        byte[] jpeg = new Image(64, 64).EncodeJpeg();
        int frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 3000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 3000);
        Assert.Contains("cannot hold 3000x3000", Message(jpeg), StringComparison.Ordinal);

        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 14142);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 14142);
        Assert.Contains("InputLimits.MaxPixelsPerByte", Message(jpeg), StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_that_cannot_hold_its_pixels_is_refused()
    {
        byte[] png = Fuzzed.WithSize(new Image(8, 8).EncodePng(), 3000, 3000);
        Assert.Contains("cannot hold its pixels", Message(png), StringComparison.Ordinal);
        Assert.Equal(InputErrorKind.Damaged, Assert.Throws<InputException>(() => LabelMap.Decode(png)).Kind);
    }

    [Fact]
    public void A_PNG_with_a_preset_dictionary_is_damaged()
    {
        // The bit in zlib's second byte says that a dictionary is needed; the first two bytes together are a multiple of 31.
        byte[] png = new Image(8, 8).EncodePng();
        int data = png.AsSpan().IndexOf("IDAT"u8) + 4;
        png[data + 1] = (byte)((png[data + 1] & 0xC0) | 0x20);
        png[data + 1] += (byte)(31 - (((png[data] << 8) | png[data + 1]) % 31));
        png = Fuzzed.WithChecksums(png);
        Assert.Contains("damaged or truncated PNG", Message(png), StringComparison.Ordinal);
        Assert.Throws<InputException>(() => LabelMap.Decode(png));
    }

    [Fact]
    public void Labels_keep_to_the_limits_that_are_asked_for() => Assert.Equal(
        InputErrorKind.TooLarge,
        Assert.Throws<InputException>(() => LabelMap.Decode(new LabelMap(8, 8).EncodePng(), new DecodeOptions { MaxSide = 7 })).Kind);

    private static string Message(byte[] file) => Assert.Throws<InputException>(() => Image.Decode(file)).Message;

    private static class Fuzzed
    {
        public static byte[] WithSize(byte[] png, int width, int height)
        {
            BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
            BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
            return WithChecksums(png);
        }

        public static byte[] WithChecksums(byte[] png)
        {
            for (int at = 8; at < png.Length;)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
                uint crc = Panoptes.Imaging.Codecs.Crc32.Of(png.AsSpan(at + 4, 4 + length));
                BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + length), crc);
                at += 12 + length;
            }

            return png;
        }
    }
}
