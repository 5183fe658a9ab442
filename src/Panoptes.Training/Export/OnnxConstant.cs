using Panoptes.Torch;

namespace Panoptes.Training.Export;

/// <summary>A constant of an ONNX graph (TensorProto).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">ONNX's number of the element type: 1 for float, 7 for int64.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Values">Its elements, on any device and in any memory format.</param>
internal sealed record OnnxConstant(string Name, int Type, long[] Shape, Tensor Values)
{
    /// <summary>Bytes of the elements in the file.</summary>
    public long ByteCount => Values.Count * (Type == 1 ? sizeof(float) : sizeof(long));

    /// <summary>All but the elements, which follow.</summary>
    public ProtoMessage Header()
    {
        ProtoMessage header = new();
        foreach (long size in Shape)
        {
            header.Add(1, size);
        }

        return header.Add(2, Type).Add(8, Name).BeginBytes(9, ByteCount);
    }
}
