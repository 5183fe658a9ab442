using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.Checks;

/// <summary>JPEGs with an EXIF orientation, as cameras write them.</summary>
internal static class ExifJpeg
{
    public static byte[] Encode(Image stored, int orientation)
    {
        byte[] tiff = [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        byte[] jpeg = stored.EncodeJpeg(98);
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(body.Length + 2), .. body, .. jpeg[2..]];
    }
}
