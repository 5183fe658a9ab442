using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>A constant of an ONNX graph (TensorProto).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">
/// Its elements: integers of 64 bits, numbers of 16 bits, or others, which are written as float32; on any device and in any order.
/// </param>
internal sealed record OnnxConstant(string Name, Tensor Values)
{
    /// <summary>float32's number in TensorProto.DataType.</summary>
    public const long Float = 1;

    private const long Int64 = 7;
    private const long Float16 = 10;
    private const double LargestHalf = 65504;

    /// <summary>Whether the elements are integers.</summary>
    public bool IsInteger => Values.DType == DType.Int64;

    /// <summary>Whether the elements are numbers of 16 bits.</summary>
    public bool IsHalf => Values.DType == DType.Float16;

    /// <summary>Bytes of the elements in the file.</summary>
    public long ByteCount => Values.Count * (IsInteger ? sizeof(long) : IsHalf ? sizeof(short) : sizeof(float));

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

        return header.Add(2, IsInteger ? Int64 : IsHalf ? Float16 : Float).Add(8, Name).BeginBytes(9, ByteCount);
    }
}
