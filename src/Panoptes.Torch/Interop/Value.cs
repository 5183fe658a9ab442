using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>One argument or result of a boxed call, laid out as <c>panoptes::Value</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly struct Value
{
    [FieldOffset(0)]
    internal readonly ValueTag Tag;

    [FieldOffset(4)]
    internal readonly int Count;

    [FieldOffset(8)]
    internal readonly long Integer;

    [FieldOffset(8)]
    internal readonly double Number;

    [FieldOffset(8)]
    internal readonly nint Pointer;

    private Value(ValueTag tag, long integer = 0, int count = 0)
    {
        Unsafe.SkipInit(out this);
        Tag = tag;
        Count = count;
        Integer = integer;
    }

    internal static Value None => new(ValueTag.None);

    /// <summary>The default that the operator's schema gives.</summary>
    internal static Value Default => new(ValueTag.Default);

    internal static Value Of(Tensor? tensor) => tensor is null ? None : new(ValueTag.Tensor, tensor.Handle);

    internal static Value OfTensor(nint handle) => new(ValueTag.Tensor, handle);

    internal static Value Of(long value) => new(ValueTag.Int, value);

    internal static Value Of(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));

    internal static Value Of(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    internal static Value Of(Scalar value) => value.Value;

    internal static Value Of(Device device) => new(ValueTag.Device, device.Packed);

    internal static unsafe Value List(ValueTag tag, void* data, int count) => new(tag, (long)data, count);
}
