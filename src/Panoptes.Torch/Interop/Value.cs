using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>One argument of an operator. Lists point to memory of the caller, tensors are borrowed.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly struct Value
{
    [FieldOffset(0)]
    internal readonly ValueTag Tag;

    /// <summary>The schema's type has a question mark: libtorch takes the address of the value.</summary>
    [FieldOffset(1)]
    internal readonly bool IsOptional;

    /// <summary>The number crosses as a tensor without dimensions (see <see cref="Constants"/>).</summary>
    [FieldOffset(2)]
    internal readonly bool IsScalar;

    [FieldOffset(4)]
    internal readonly int Count;

    [FieldOffset(8)]
    internal readonly long Integer;

    [FieldOffset(8)]
    internal readonly double Number;

    [FieldOffset(8)]
    internal readonly nint Pointer;

    private Value(ValueTag tag, long integer = 0, int count = 0, bool isOptional = false, bool isScalar = false)
    {
        Unsafe.SkipInit(out this);
        Tag = tag;
        Count = count;
        Integer = integer;
        IsOptional = isOptional;
        IsScalar = isScalar;
    }

    internal static Value None => new(ValueTag.None);

    internal static Value Of(Tensor? tensor) => tensor is null ? None : new(ValueTag.Tensor, tensor.Handle);

    internal static Value OfTensor(nint handle) => new(ValueTag.Tensor, handle);

    internal static Value Of(long value) => new(ValueTag.Int, value);

    internal static Value Of(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));

    internal static Value Of(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    internal static Value Of(Device device) => new(ValueTag.Device, ((long)device.Type << 32) | (uint)device.Index);

    /// <summary>A number that crosses as a tensor without dimensions.</summary>
    internal static Value Of(Scalar value) => new(value.Value.Tag, value.Value.Integer, isScalar: true);

    internal static unsafe Value List(ValueTag tag, void* data, int count) => new(tag, (long)data, count);

    /// <summary>The same for an argument whose type has a question mark.</summary>
    internal Value Optional() => Tag == ValueTag.None ? this : new(Tag, Integer, Count, isOptional: true, IsScalar);
}
