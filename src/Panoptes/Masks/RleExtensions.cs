namespace Panoptes.Masks;

/// <summary>Makes masks of what run lengths are collected in.</summary>
internal static class RleExtensions
{
    /// <summary>Completes the mask with background and makes the builder empty again.</summary>
    public static Rle ToRle(this RleBuilder builder)
    {
        Rle result = Rle.Build(builder.Height, builder.Width, builder.Counts, builder.Area);
        builder.Clear(builder.Height, builder.Width);
        return result;
    }

    /// <summary>Returns the mask that the toggles describe; every column must hold an even number of them.</summary>
    public static Rle ToRle(this ToggleList toggles)
    {
        ReadOnlySpan<uint> counts = toggles.ToCounts(out _);
        return Rle.Build(toggles.Height, toggles.Width, counts, RunLengths.AreaOf(counts));
    }
}
