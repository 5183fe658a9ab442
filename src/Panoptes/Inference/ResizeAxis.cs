namespace Panoptes.Inference;

/// <summary>
/// Bilinear interpolation along one axis with align_corners = false, as PyTorch's interpolate(size=...) computes it in float: target
/// position k reads <c>(1 - Weight[k]) * source[Index[k]] + Weight[k] * source[Index[k] + 1]</c>, the last source cell repeated.
/// </summary>
internal sealed class ResizeAxis
{
    /// <summary>Prepares the positions.</summary>
    /// <param name="source">Number of source cells.</param>
    /// <param name="target">Number of cells that the whole source is stretched to.</param>
    /// <param name="kept">How many of them, from the start, are wanted.</param>
    public ResizeAxis(int source, int target, int kept)
        : this(source, (float)source / target, kept)
    {
    }

    /// <summary>Prepares the positions.</summary>
    /// <param name="source">Number of source cells.</param>
    /// <param name="scale">Source cells for each target position.</param>
    /// <param name="kept">How many target positions, from the start, are wanted.</param>
    public ResizeAxis(int source, float scale, int kept)
        : this(source, new int[kept], new float[kept])
    {
        for (int k = 0; k < kept; k++)
        {
            float position = Math.Max(0, (scale * (k + 0.5f)) - 0.5f);
            Index[k] = Math.Min((int)position, source - 1);
            Weight[k] = position - Index[k];
        }

        FindFirst();
    }

    private ResizeAxis(int source, int[] index, float[] weight)
    {
        (Source, Index, Weight, First) = (source, index, weight, new int[source + 1]);
    }

    /// <summary>Number of source cells.</summary>
    public int Source { get; }

    /// <summary>The source cell before each target position.</summary>
    public int[] Index { get; }

    /// <summary>The share of the cell after it; 0..1.</summary>
    public float[] Weight { get; }

    /// <summary>For each source cell, and one past the last, the first target position whose <see cref="Index"/> is not below it.</summary>
    public int[] First { get; }

    /// <summary>An axis that reads where this one reads for some of its target positions.</summary>
    /// <param name="positions">Target positions of this axis, rising; one may occur more than once.</param>
    public ResizeAxis Take(ReadOnlySpan<int> positions)
    {
        ResizeAxis taken = new(Source, new int[positions.Length], new float[positions.Length]);
        for (int k = 0; k < positions.Length; k++)
        {
            (taken.Index[k], taken.Weight[k]) = (Index[positions[k]], Weight[positions[k]]);
        }

        taken.FindFirst();
        return taken;
    }

    private void FindFirst()
    {
        int next = 0;
        for (int k = 0; k < Index.Length; k++)
        {
            while (next <= Index[k])
            {
                First[next++] = k;
            }
        }

        First.AsSpan(next).Fill(Index.Length);
    }
}
