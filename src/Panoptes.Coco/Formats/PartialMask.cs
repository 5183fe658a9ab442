using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>Masks that a format keeps for a part of the image: as run lengths row after row, or as a small PNG.</summary>
internal static class PartialMask
{
    /// <summary>A mask of run lengths, row after row, that begin with the background.</summary>
    /// <param name="counts">The run lengths; together the part's pixels.</param>
    /// <param name="left">The part's first column.</param>
    /// <param name="top">The part's first row.</param>
    /// <param name="width">The part's columns.</param>
    /// <param name="height">The part's rows.</param>
    /// <param name="size">The image's size.</param>
    /// <exception cref="InputException">They are for another number of pixels, or the part leaves the image.</exception>
    public static Rle FromRows(IReadOnlyList<long> counts, int left, int top, int width, int height, ImageSize size)
    {
        long pixels = (long)width * height;
        if (counts.Any(count => count < 0 || count > pixels) || counts.Sum() is var sum && sum > pixels)
        {
            throw new InputException($"the run lengths are not those of a mask of {width}x{height}.");
        }

        Bitmask mask = Begin(left, top, width, height, size);
        long at = 0;
        bool inside = false;
        foreach (long count in counts)
        {
            for (long end = at + count; at < end; at++)
            {
                if (inside)
                {
                    mask[top + (int)(at / width), left + (int)(at % width)] = true;
                }
            }

            inside = !inside;
        }

        return mask.ToRle();
    }

    /// <summary>A mask of the pixels of a map that are not 0.</summary>
    /// <param name="map">The part.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="size">The image's size.</param>
    /// <exception cref="InputException">It leaves the image.</exception>
    public static Rle FromMap(LabelMap map, int left, int top, ImageSize size)
    {
        Bitmask mask = Begin(left, top, map.Width, map.Height, size);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                mask[top + y, left + x] = map[x, y] != 0;
            }
        }

        return mask.ToRle();
    }

    private static Bitmask Begin(int left, int top, int width, int height, ImageSize size)
    {
        return left >= 0 && top >= 0 && width >= 1 && height >= 1 && left <= size.Width - width && top <= size.Height - height
            ? new Bitmask(size.Height, size.Width)
            : throw new InputException($"the mask is {width}x{height} at ({left}, {top}), which does not lie in the image of {size}.");
    }
}
