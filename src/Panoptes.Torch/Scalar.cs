using System.Globalization;

namespace Panoptes.Torch;

/// <summary>A number argument of an operator: integer, floating point or boolean. Converts implicitly from C#'s.</summary>
public readonly struct Scalar
{
    internal readonly Interop.Value Value;

    private Scalar(Interop.Value value) => Value = value;

    /// <summary>The element type of a tensor that is made of the number.</summary>
    internal DType Type => Value.Tag switch
    {
        Interop.ValueTag.Int => DType.Int64,
        Interop.ValueTag.Bool => DType.Bool,
        _ => DType.Float32,
    };

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(Interop.Value.Of(value));

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(Interop.Value.Of(value));

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(Interop.Value.Of((long)value));

    /// <summary>A boolean.</summary>
    public static implicit operator Scalar(bool value) => new(Interop.Value.Of(value));

    /// <summary>The number with the other sign.</summary>
    public static Scalar operator -(Scalar value) => Negate(value);

    /// <summary>The number with the other sign; a boolean counts as 0 or 1.</summary>
    public static Scalar Negate(Scalar item) => item.Type == DType.Float32 ? -item.Value.Number : -item.Value.Integer;

    /// <summary>A floating-point number.</summary>
    public static Scalar FromDouble(double value) => value;

    /// <summary>An integer.</summary>
    public static Scalar FromInt64(long value) => value;

    /// <summary>An integer.</summary>
    public static Scalar FromInt32(int value) => value;

    /// <summary>A boolean.</summary>
    public static Scalar FromBoolean(bool value) => value;

    /// <summary>The number in C#'s widest floating-point type.</summary>
    public double ToDouble() => Type == DType.Float32 ? Value.Number : Value.Integer;

    /// <inheritdoc/>
    public override string ToString() => ToDouble().ToString(CultureInfo.InvariantCulture);

    /// <summary>The number as an object of its own type, for a tape.</summary>
    internal object ToObject() => Type switch
    {
        DType.Int64 => Value.Integer,
        DType.Bool => Value.Integer != 0,
        _ => Value.Number,
    };
}
