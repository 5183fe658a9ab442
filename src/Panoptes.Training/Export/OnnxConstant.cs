using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>A constant of an ONNX graph (TensorProto).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its elements, integers of 64 bits or numbers, which are written as float32; on any device and in any order.</param>
internal sealed record OnnxConstant(string Name, Tensor Values)
{
    private const int Float = 1; // TensorProto.DataType
    private const int Int64 = 7;

    /// <summary>Whether the elements are integers.</summary>
    public bool IsInteger => Values.DType == DType.Int64;

    /// <summary>Bytes of the elements in the file.</summary>
    public long ByteCount => Values.Count * (IsInteger ? sizeof(long) : sizeof(float));

    /// <summary>All but the elements, which follow.</summary>
    public ProtoMessage Header()
    {
        ProtoMessage header = new();
        foreach (long size in Values.Shape)
        {
            header.Add(1, size);
        }

        return header.Add(2, IsInteger ? Int64 : Float).Add(8, Name).BeginBytes(9, ByteCount);
    }
}
