namespace Panoptes.Training.Models.Ciae;

/// <summary>Where a bilinear enlargement (align_corners = false) takes one of its rows or columns from.</summary>
/// <param name="First">The cell before it.</param>
/// <param name="Second">The cell behind it; the first again where that has no weight.</param>
/// <param name="Share">The second cell's weight; the first's is 1 − share. A multiple of 1/8 for the factor 4, so exact.</param>
internal readonly record struct BilinearTap(int First, int Second, float Share)
{
    /// <summary>The taps of all rows or columns.</summary>
    /// <param name="cells">Rows or columns before the enlargement.</param>
    /// <param name="factor">How many there are for each afterwards; 1 enlarges nothing.</param>
    public static BilinearTap[] Of(int cells, int factor)
    {
        BilinearTap[] taps = new BilinearTap[cells * factor];
        for (int i = 0; i < taps.Length; i++)
        {
            float source = Math.Max(((i + 0.5f) / factor) - 0.5f, 0);
            int first = (int)source;
            float share = source - first;
            taps[i] = new BilinearTap(first, share > 0 ? Math.Min(first + 1, cells - 1) : first, share);
        }

        return taps;
    }
}
