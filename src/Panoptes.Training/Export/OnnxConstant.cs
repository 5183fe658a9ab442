using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>A constant of an ONNX graph (TensorProto).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">
/// Its elements: integers of 8, 32 or 64 bits, numbers of 16 bits, or others, which are written as float32; on any device and in any order.
/// </param>
internal sealed record OnnxConstant(string Name, Tensor Values)
{
    /// <summary>float32's number in TensorProto.DataType.</summary>
    public const long Float = 1;

    private const double LargestHalf = 65504;

    /// <summary>Whether it is one of the network's weights, and not a number that its computation needs.</summary>
    public bool IsWeight { get; init; }

    /// <summary>Bytes of the elements in the file.</summary>
    public long ByteCount => Values.Count * Kind.Size;

    // TensorProto.DataType.
    private (long Number, int Size) Kind => Values.DType switch
    {
        DType.UInt8 => (2, sizeof(byte)),
        DType.Int8 => (3, sizeof(sbyte)),
        DType.Int32 => (6, sizeof(int)),
        DType.Int64 => (7, sizeof(long)),
        DType.Float16 => (10, sizeof(short)),
        _ => (Float, sizeof(float)),
    };

    /// <summary>Whether numbers can be stored in 16 bits without one becoming infinite.</summary>
    public static bool FitsHalf(Tensor values)
    {
        if (values.DType != DType.Float32)
        {
            return false;
        }

        using TensorScope scope = new();
        foreach (float value in values.To(Device.Cpu).Contiguous().AsSpan<float>())
        {
            if (!(Math.Abs(value) <= LargestHalf))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>All but the elements, which follow.</summary>
    public ProtoMessage Header()
    {
        ProtoMessage header = new();
        foreach (long size in Values.Shape)
        {
            header.Add(1, size);
        }

        return header.Add(2, Kind.Number).Add(8, Name).BeginBytes(9, ByteCount);
    }

    /// <summary>Writes the elements.</summary>
    public void WriteElements(Stream stream)
    {
        using TensorScope scope = new();
        Tensor values = Values.To(Device.Cpu).Contiguous();
        stream.Write(values.DType switch
        {
            DType.UInt8 => values.AsSpan<byte>(),
            DType.Int8 => MemoryMarshal.AsBytes(values.AsSpan<sbyte>()),
            DType.Int32 => MemoryMarshal.AsBytes(values.AsSpan<int>()),
            DType.Int64 => MemoryMarshal.AsBytes(values.AsSpan<long>()),
            DType.Float16 => MemoryMarshal.AsBytes(values.AsSpan<Half>()),
            _ => MemoryMarshal.AsBytes(values.To(DType.Float32).AsSpan<float>()),
        });
    }
}
