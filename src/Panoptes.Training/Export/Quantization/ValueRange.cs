namespace Panoptes.Training.Export.Quantization;

/// <summary>The values that a map of features takes, and how 8 bits without a sign hold them: real = scale (stored - zero point).</summary>
/// <param name="Min">The least value, at most 0.</param>
/// <param name="Max">The largest value, at least 0.</param>
internal readonly record struct ValueRange(float Min, float Max)
{
    private const int Steps = byte.MaxValue;

    /// <summary>The distance of two neighboring stored values.</summary>
    public float Scale => Max > Min ? (Max - Min) / Steps : 1;

    /// <summary>The stored value of 0, which padding and ReLU need to be exact.</summary>
    public byte ZeroPoint => (byte)Math.Clamp((int)Math.Round(-Min / Scale), 0, Steps);

    /// <summary>A range that holds both.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}
