namespace Panoptes.Masks;

/// <summary>Union and intersection of two run-length masks in one pass over their runs.</summary>
internal static class RunMerge
{
    /// <summary>
    /// Merges canonical counts of equal sums. <paramref name="merged"/> holds as many entries as both inputs together.
    /// Returns the number of runs written and the area of the result.
    /// </summary>
    public static int Merge(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, bool either, Span<uint> merged, out long area)
    {
        area = 0;
        int runs = 0;
        int i = 0;
        int j = 0;
        uint leftA = a[0];
        uint leftB = b[0];
        uint length = 0;
        bool value = false;
        while (true)
        {
            // Step over exhausted runs first, so that an empty leading run flips the value before a pixel is taken.
            while (leftA == 0 && i + 1 < a.Length)
            {
                leftA = a[++i];
            }

            while (leftB == 0 && j + 1 < b.Length)
            {
                leftB = b[++j];
            }

            uint step = Math.Min(leftA, leftB);
            if (step == 0)
            {
                break;
            }

            bool inA = (i & 1) != 0;
            bool inB = (j & 1) != 0;
            bool next = either ? inA || inB : inA && inB;
            if (next != value)
            {
                merged[runs++] = length;
                length = 0;
                value = next;
            }

            length += step;
            area += next ? step : 0;
            leftA -= step;
            leftB -= step;
        }

        merged[runs++] = length;
        return runs;
    }
}
