namespace Panoptes.Masks;

/// <summary>Computes with run lengths in memory: column-major, background first, as <see cref="Rle.Counts"/> has them.</summary>
internal static class RunLengths
{
    /// <summary>The number of common foreground pixels of two canonical masks of one size.</summary>
    public static long IntersectionArea(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        long area = 0;
        int i = 1;
        int j = 1;
        if (a.Length < 2 || b.Length < 2)
        {
            return 0;
        }

        uint startA = a[0];
        uint endA = startA + a[1];
        uint startB = b[0];
        uint endB = startB + b[1];
        while (true)
        {
            uint start = Math.Max(startA, startB);
            uint end = Math.Min(endA, endB);
            if (end > start)
            {
                area += end - start;
            }

            // The foreground run that ends first cannot meet another run of the other mask.
            if (endA <= endB)
            {
                i += 2;
                if (i >= a.Length)
                {
                    return area;
                }

                startA = endA + a[i - 1];
                endA = startA + a[i];
            }
            else
            {
                j += 2;
                if (j >= b.Length)
                {
                    return area;
                }

                startB = endB + b[j - 1];
                endB = startB + b[j];
            }
        }
    }

    /// <summary>The foreground of run lengths.</summary>
    public static long AreaOf(ReadOnlySpan<uint> counts)
    {
        long area = 0;
        for (int i = 1; i < counts.Length; i += 2)
        {
            area += counts[i];
        }

        return area;
    }

    /// <summary>Checks that run lengths cover a mask.</summary>
    /// <exception cref="InputException">They do not, or there can be no such mask.</exception>
    internal static void RequireSum(ReadOnlySpan<uint> counts, int height, int width)
    {
        long pixels = PixelCount(height, width);
        long sum = 0;
        foreach (uint count in counts)
        {
            sum += count;
        }

        if (sum != pixels)
        {
            throw InputException.InContent(
                null,
                $"RLE counts sum to {sum}, but a mask of {height} rows and {width} columns has {pixels} pixels.");
        }
    }

    /// <summary>Merges empty runs away, in place; returns the number of runs left, at least 1.</summary>
    /// <param name="counts">Run lengths, with room for one if there is none.</param>
    /// <param name="length">Their number.</param>
    internal static int MakeCanonical(Span<uint> counts, int length)
    {
        if (length == 0)
        {
            counts[0] = 0;
            return 1;
        }

        if (!counts[1..length].Contains(0u))
        {
            return length;
        }

        int kept = 1;
        for (int i = 1; i < length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            if ((kept - 1) % 2 == i % 2)
            {
                counts[kept - 1] += counts[i];
            }
            else
            {
                counts[kept++] = counts[i];
            }
        }

        return kept;
    }

    /// <summary>Checks a mask's size and gives its number of pixels.</summary>
    /// <exception cref="InputException">A side is negative or the mask has more than 2^31 − 1 pixels.</exception>
    internal static long PixelCount(int height, int width)
    {
        long pixels = (long)height * width;
        if (height < 0 || width < 0 || pixels > int.MaxValue)
        {
            throw InputException.InContent(
                null,
                $"A mask cannot have {height} rows and {width} columns: neither may be negative, nor their product exceed {int.MaxValue}.",
                height < 0 || width < 0 ? InputErrorKind.Invalid : InputErrorKind.TooLarge);
        }

        return pixels;
    }
}
