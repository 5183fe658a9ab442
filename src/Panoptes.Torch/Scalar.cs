namespace Panoptes.Torch;

/// <summary>A number argument of an operator: integer, floating point or truth value. Converts implicitly from C#'s.</summary>
public readonly struct Scalar
{
    internal readonly Interop.Value Value;

    private Scalar(Interop.Value value) => Value = value;

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(Interop.Value.Of(value));

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(Interop.Value.Of(value));

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(Interop.Value.Of((long)value));

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => new(Interop.Value.Of(value));

    /// <summary>A floating-point number.</summary>
    public static Scalar FromDouble(double value) => value;

    /// <summary>An integer.</summary>
    public static Scalar FromInt64(long value) => value;

    /// <summary>An integer.</summary>
    public static Scalar FromInt32(int value) => value;

    /// <summary>A truth value.</summary>
    public static Scalar FromBoolean(bool value) => value;
}
