namespace Panoptes.Training.Data;

/// <summary>Labels of every pixel for the panoptic losses, at the padded input's size or a stride of it.</summary>
public sealed class BatchSegments
{
    /// <summary>Input pixels for each label, 1 or 4; 0 where the batch has no labels.</summary>
    public int Stride { get; }

    /// <summary>Rows: the batch's height / <see cref="Stride"/>.</summary>
    public int Height { get; }

    /// <summary>Columns: the batch's width / <see cref="Stride"/>.</summary>
    public int Width { get; }

    /// <summary>[N, Height, Width]: -1 ignored; 0..S-1 a stuff class; S + k a thing, k being its index among the picture's instances.</summary>
    public ReadOnlyMemory<short> Labels { get; }
}
