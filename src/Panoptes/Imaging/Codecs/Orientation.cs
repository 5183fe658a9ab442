namespace Panoptes.Imaging.Codecs;

/// <summary>The eight ways an image can be turned and mirrored (EXIF 2.32, tag 0x0112).</summary>
internal static class Orientation
{
    /// <summary>Mirrored left to right.</summary>
    public const int MirroredHorizontally = 2;

    // Transposed rows are read down columns of the source; blocks keep both sides in cache.
    private const int Block = 32;

    /// <summary>The image as it is meant to be seen; the same object when it is upright already.</summary>
    public static Image Apply(Image image, int orientation)
    {
        if (orientation == ExifOrientation.Upright)
            return image;
        Image upright = new(new ImageHeader(image.Size, orientation).Upright);
        (int width, int height) = (upright.Width, upright.Height);

        // Pixel (x, y) of the result lies at origin + x * stepX + y * stepY of the source.
        int right = (image.Width - 1) * 3;
        int down = (image.Height - 1) * image.Stride;
        int row = image.Stride;
        (int origin, int stepX, int stepY) = orientation switch
        {
            MirroredHorizontally => (right, -3, row),
            3 => (right + down, -3, -row),
            4 => (down, 3, -row),
            5 => (0, row, 3),
            6 => (down, -row, 3),
            7 => (right + down, -row, -3),
            8 => (right, row, -3),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
        };

        ReadOnlySpan<byte> from = image.Pixels;
        Span<byte> to = upright.Pixels;
        for (int blockY = 0; blockY < height; blockY += Block)
        {
            int endY = Math.Min(blockY + Block, height);
            for (int blockX = 0; blockX < width; blockX += Block)
            {
                int endX = Math.Min(blockX + Block, width);
                for (int y = blockY; y < endY; y++)
                {
                    int source = origin + (blockX * stepX) + (y * stepY);
                    int target = (y * upright.Stride) + (blockX * 3);
                    for (int x = blockX; x < endX; x++, source += stepX, target += 3)
                    {
                        to[target] = from[source];
                        to[target + 1] = from[source + 1];
                        to[target + 2] = from[source + 2];
                    }
                }
            }
        }

        return upright;
    }
}
