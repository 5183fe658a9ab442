using System.Runtime.InteropServices;

namespace Panoptes.Testing;

/// <summary>An array on its way to or from <see cref="PythonOracle"/>, row-major.</summary>
/// <param name="DType">numpy's name of the element type: float32, float64, int64, int32, uint8, bool ...</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Bytes">The elements.</param>
public sealed record OracleArray(string DType, long[] Shape, byte[] Bytes)
{
    /// <summary>Copies values.</summary>
    public static OracleArray From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged => new(NameOf<T>(), shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>One number.</summary>
    public static implicit operator OracleArray(double value) => From([value], []);

    /// <summary>One number.</summary>
    public static OracleArray FromDouble(double value) => value;

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        Assert.Equal(NameOf<T>(), DType);
        return MemoryMarshal.Cast<byte, T>(Bytes).ToArray();
    }

    private static string NameOf<T>() => default(T) switch
    {
        float => "float32",
        double => "float64",
        long => "int64",
        int => "int32",
        short => "int16",
        byte => "uint8",
        sbyte => "int8",
        bool => "bool",
        Half => "float16",
        uint => "uint32",
        _ => throw new NotSupportedException($"no array of {typeof(T).Name}"),
    };
}
