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
            throw InputException.InContent(null, $"the run lengths are not those of a mask of {width}x{height}.");
        }

        Check(left, top, width, height, size);
        Bitmask mask = new(height, width);
        long at = 0;
        bool inside = false;
        foreach (long count in counts)
        {
            for (long end = at + count; at < end; at++)
            {
                if (inside)
                {
                    mask[(int)(at / width), (int)(at % width)] = true;
                }
            }

            inside = !inside;
        }

        return Place(mask.ToRle(), left, top, size);
    }

    /// <summary>A mask of the pixels of a map that are not 0.</summary>
    /// <param name="map">The part.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="size">The image's size.</param>
    /// <exception cref="InputException">It leaves the image.</exception>
    public static Rle FromMap(LabelMap map, int left, int top, ImageSize size)
    {
        Check(left, top, map.Width, map.Height, size);
        Bitmask mask = new(map.Height, map.Width);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                mask[y, x] = map[x, y] != 0;
            }
        }

        return Place(mask.ToRle(), left, top, size);
    }

    private static void Check(int left, int top, int width, int height, ImageSize size)
    {
        bool lies = left >= 0 && top >= 0 && width >= 1 && height >= 1 && left <= size.Width - width && top <= size.Height - height;
        if (!lies || (long)size.Width * size.Height > uint.MaxValue)
        {
            throw InputException.InContent(
                null,
                $"the mask is {width}x{height} at ({left}, {top}), which does not lie in the image of {size}.");
        }
    }

    /// <summary>The part in its image, run by run: an image that is declared huge takes no memory.</summary>
    private static Rle Place(Rle part, int left, int top, ImageSize size)
    {
        List<uint> counts = [];
        long at = 0;
        foreach (ColumnRun run in part.EnumerateColumnRuns())
        {
            long start = ((long)(left + run.X) * size.Height) + top + run.Top;
            uint length = (uint)(run.Bottom - run.Top);
            if (counts.Count > 0 && start == at)
            {
                counts[^1] += length;
            }
            else
            {
                counts.Add((uint)(start - at));
                counts.Add(length);
            }

            at = start + length;
        }

        counts.Add((uint)(((long)size.Width * size.Height) - at));
        return Rle.FromCounts([.. counts], size.Height, size.Width);
    }
}
