namespace Panoptes.Masks;

/// <summary>Counts the pixels that two run-length masks share, without building the intersection.</summary>
internal static class RunIntersection
{
    /// <summary>The number of common foreground pixels of two canonical masks of one size.</summary>
    public static long Area(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
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
}
