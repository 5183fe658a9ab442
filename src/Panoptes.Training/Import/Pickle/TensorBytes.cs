using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>Bytes of numbers as tensors.</summary>
internal static class TensorBytes
{
    /// <summary>The tensor of a view.</summary>
    /// <param name="view">Which elements of the storage, in which order; checked.</param>
    /// <param name="storage">The storage's bytes, little-endian.</param>
    /// <returns>A row-major tensor on the CPU; of bfloat16 one of float32 with the same values.</returns>
    public static Tensor Create(StoredTensor view, ReadOnlySpan<byte> storage)
    {
        int size = view.Storage.ElementSize;
        ReadOnlySpan<byte> data = view.IsContiguous
            ? storage.Slice(checked((int)(view.Offset * size)), checked((int)(view.Count * size)))
            : Gather(view, storage, size);
        return view.Storage.Type switch
        {
            DType.Float64 => Tensor.From(MemoryMarshal.Cast<byte, double>(data), view.Shape),
            DType.Float32 => Tensor.From(MemoryMarshal.Cast<byte, float>(data), view.Shape),
            DType.Float16 => Tensor.From(MemoryMarshal.Cast<byte, Half>(data), view.Shape),
            DType.BFloat16 => Tensor.From<float>(Widened(MemoryMarshal.Cast<byte, ushort>(data)), view.Shape),
            DType.Int64 => Tensor.From(MemoryMarshal.Cast<byte, long>(data), view.Shape),
            DType.Int32 => Tensor.From(MemoryMarshal.Cast<byte, int>(data), view.Shape),
            DType.Int16 => Tensor.From(MemoryMarshal.Cast<byte, short>(data), view.Shape),
            DType.Int8 => Tensor.From(MemoryMarshal.Cast<byte, sbyte>(data), view.Shape),
            _ => Tensor.From(data, view.Shape),
        };
    }

    private static byte[] Gather(StoredTensor view, ReadOnlySpan<byte> storage, int size)
    {
        byte[] result = new byte[checked(view.Count * size)];
        long[] index = new long[view.Shape.Length];
        long source = view.Offset;
        for (int target = 0; target < result.Length; target += size)
        {
            storage.Slice(checked((int)(source * size)), size).CopyTo(result.AsSpan(target));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                source += view.Strides[axis];
                if (++index[axis] < view.Shape[axis])
                {
                    break;
                }

                source -= index[axis] * view.Strides[axis];
                index[axis] = 0;
            }
        }

        return result;
    }

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
