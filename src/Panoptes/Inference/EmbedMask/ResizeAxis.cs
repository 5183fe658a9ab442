namespace Panoptes.Inference.EmbedMask;

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
    {
        Source = source;
        Index = new int[kept];
        Weight = new float[kept];
        First = new int[source + 1];
        float scale = (float)source / target;
        int next = 0;
        for (int k = 0; k < kept; k++)
        {
            float position = Math.Max(0, (scale * (k + 0.5f)) - 0.5f);
            int index = Math.Min((int)position, source - 1);
            Index[k] = index;
            Weight[k] = position - index;
            while (next <= index)
            {
                First[next++] = k;
            }
        }

        First.AsSpan(next).Fill(kept);
    }

    /// <summary>Number of source cells.</summary>
    public int Source { get; }

    /// <summary>The source cell before each target position.</summary>
    public int[] Index { get; }

    /// <summary>The share of the cell after it; 0..1.</summary>
    public float[] Weight { get; }

    /// <summary>For each source cell, and one past the last, the first target position whose <see cref="Index"/> is not below it.</summary>
    public int[] First { get; }
}
