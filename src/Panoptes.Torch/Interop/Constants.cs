using System.Collections.Concurrent;

namespace Panoptes.Torch.Interop;

/// <summary>
/// Numbers as tensors without dimensions. libtorch 2.10 takes no plain number through its C interface where a schema says <c>Scalar</c>;
/// such a tensor behaves like one: it does not change the type of the result, save from integers to floating point.
/// </summary>
internal static unsafe class Constants
{
    // Programs use the same few numbers over and over; what changes with each step (learning rates) must not pile up.
    private const int Most = 4096;

    private static readonly ConcurrentDictionary<(long Bits, DType Type, Device Device), nint> s_handles = new();

    /// <summary>A tensor for a number, which the caller deletes.</summary>
    /// <param name="value">The number.</param>
    /// <param name="other">The tensor that it meets: floating-point numbers have the precision of a float64 tensor, or float32.</param>
    internal static nint New(in Value value, nint other)
    {
        DType type = value.Tag switch
        {
            ValueTag.Int => DType.Int64,
            ValueTag.Bool => DType.Bool,
            _ => TypeOf(other) == DType.Float64 ? DType.Float64 : DType.Float32,
        };
        Device device = Shapes.DeviceOf(other);
        nint result;
        if (s_handles.TryGetValue((value.Integer, type, device), out nint known))
        {
            LibTorch.Check(LibTorch.NewTensorHandle(known, &result), "a new handle");
            return result;
        }

        nint made = device.Type == DeviceType.Cpu ? Make(value, type) : Move(Make(value, type), device);
        if (s_handles.Count >= Most || !s_handles.TryAdd((value.Integer, type, device), made))
        {
            return made;
        }

        LibTorch.Check(LibTorch.NewTensorHandle(made, &result), "a new handle");
        return result;
    }

    internal static DType TypeOf(nint tensor)
    {
        int type;
        LibTorch.Check(LibTorch.GetDType(tensor, &type), "reading a type");
        return (DType)type;
    }

    // clamp and logaddexp take no number from the CPU for a tensor on a GPU, as arithmetic does.
    private static nint Move(nint number, Device device)
    {
        using Tensor here = Tensor.Own(number);
        using Tensor there = here.To(device);
        nint result;
        LibTorch.Check(LibTorch.NewTensorHandle(there.Handle, &result), "a new handle");
        return result;
    }

    private static nint Make(in Value value, DType type)
    {
        nint result;
        LibTorch.Check(
            type switch
            {
                DType.Int64 => LibTorch.ScalarInt64(value.Integer, &result),
                DType.Bool => LibTorch.ScalarBool((byte)value.Integer, &result),
                DType.Float64 => LibTorch.ScalarFloat64(value.Number, &result),
                _ => LibTorch.ScalarFloat32((float)value.Number, &result),
            },
            "making a number");
        return result;
    }
}
