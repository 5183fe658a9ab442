using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Import;

/// <summary>Bytes of numbers as tensors.</summary>
internal static class TensorBytes
{
    /// <summary>The bytes of one number.</summary>
    public static int SizeOf(DType type) => type switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        _ => 1,
    };

    /// <summary>The tensor of numbers that follow each other row by row.</summary>
    /// <param name="type">The type of the numbers.</param>
    /// <param name="data">Their bytes, little-endian.</param>
    /// <param name="shape">The sizes.</param>
    /// <returns>A row-major tensor on the CPU; of bfloat16 one of float32 with the same values.</returns>
    public static Tensor Create(DType type, ReadOnlySpan<byte> data, long[] shape) => type switch
    {
        DType.Float64 => Tensor.From(MemoryMarshal.Cast<byte, double>(data), shape),
        DType.Float32 => Tensor.From(MemoryMarshal.Cast<byte, float>(data), shape),
        DType.Float16 => Tensor.From(MemoryMarshal.Cast<byte, Half>(data), shape),
        DType.BFloat16 => Tensor.From<float>(Widened(MemoryMarshal.Cast<byte, ushort>(data)), shape),
        DType.Int64 => Tensor.From(MemoryMarshal.Cast<byte, long>(data), shape),
        DType.Int32 => Tensor.From(MemoryMarshal.Cast<byte, int>(data), shape),
        DType.Int16 => Tensor.From(MemoryMarshal.Cast<byte, short>(data), shape),
        DType.Int8 => Tensor.From(MemoryMarshal.Cast<byte, sbyte>(data), shape),
        _ => Tensor.From(data, shape),
    };

    // A bfloat16 is the upper half of a float.
    private static float[] Widened(ReadOnlySpan<ushort> values)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = BitConverter.UInt32BitsToSingle((uint)values[i] << 16);
        }

        return result;
    }
}
