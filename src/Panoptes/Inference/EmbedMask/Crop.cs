namespace Panoptes.Inference.EmbedMask;

/// <summary>The cells of the mask map that an instance may cover: columns Left..Right-1, rows Top..Bottom-1.</summary>
internal readonly record struct Crop(int Left, int Top, int Right, int Bottom)
{
    public bool IsEmpty => Right <= Left || Bottom <= Top;

    /// <summary>The crop of a predicted box in a map of the given size and stride.</summary>
    public static Crop Of(in Candidate box, CropRule rule, float stride, int width, int height)
    {
        (int left, int right) = Range(box.X1 / stride, box.X2 / stride, rule, width);
        (int top, int bottom) = Range(box.Y1 / stride, box.Y2 / stride, rule, height);
        return new Crop(left, top, right, bottom);
    }

    private static (int First, int End) Range(float low, float high, CropRule rule, int length) => rule switch
    {
        CropRule.Box => ((int)MathF.Ceiling(Math.Clamp(low - 1, 0, length)), (int)MathF.Ceiling(Math.Clamp(high + 1, 0, length))),
        CropRule.TruncatedBox => (
            (int)Math.Clamp(MathF.Truncate(low) - 2, 0, length),
            (int)Math.Clamp(MathF.Truncate(high) + 2, 0, length)),
        _ => throw new NotSupportedException($"The crop rule {rule} is not known."),
    };
}
