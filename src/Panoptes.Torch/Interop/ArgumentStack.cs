using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>
/// Writes arguments as libtorch's C interface takes them: 64 bits each. What is larger goes to its heap (lists), and an optional value
/// stands behind a pointer; the called operator frees both, and the new handles that stand for tensors.
/// </summary>
internal static unsafe class ArgumentStack
{
    internal static void Write(Value* arguments, int count, ulong* stack)
    {
        // The tensor whose type a number follows. Operators take at least one with their numbers, and the first decides.
        nint first = 0;
        for (int i = 0; i < count && first == 0; i++)
        {
            first = arguments[i].Tag == ValueTag.Tensor ? arguments[i].Pointer : 0;
        }

        for (int i = 0; i < count; i++)
        {
            ref readonly Value value = ref arguments[i];
            stack[i] = value.IsOptional ? Box(Slot(value, first)) : Slot(value, first);
        }
    }

    private static ulong Slot(in Value value, nint first) => value.Tag switch
    {
        ValueTag.None => 0,
        ValueTag.Tensor => (ulong)NewHandle(value.Pointer),
        ValueTag.IntList or ValueTag.DoubleList => List((ulong*)value.Pointer, value.Count),
        ValueTag.TensorList => Tensors((nint*)value.Pointer, value.Count, areOptional: false),
        ValueTag.OptionalTensorList => Tensors((nint*)value.Pointer, value.Count, areOptional: true),
        _ => value.IsScalar ? (ulong)Constants.New(value, first) : (ulong)value.Integer,
    };

    // Freed by C++'s delete, which is free() wherever .NET runs; NativeMemory.Alloc is malloc().
    private static ulong Box(ulong slot)
    {
        ulong* box = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *box = slot;
        return (ulong)box;
    }

    private static nint NewHandle(nint tensor)
    {
        nint result;
        LibTorch.Check(LibTorch.NewTensorHandle(tensor, &result), "a new handle");
        return result;
    }

    private static ulong List(ulong* elements, int count)
    {
        nint list = NewList(count);
        for (int i = 0; i < count; i++)
        {
            LibTorch.Check(LibTorch.ListPushBack(list, elements[i]), "a list");
        }

        return (ulong)list;
    }

    private static ulong Tensors(nint* tensors, int count, bool areOptional)
    {
        nint list = NewList(count);
        for (int i = 0; i < count; i++)
        {
            ulong slot = tensors[i] == 0 ? 0 : (ulong)NewHandle(tensors[i]);
            LibTorch.Check(LibTorch.ListPushBack(list, areOptional && slot != 0 ? Box(slot) : slot), "a list");
        }

        return (ulong)list;
    }

    private static nint NewList(int count)
    {
        nint list;
        LibTorch.Check(LibTorch.NewList((nuint)count, &list), "a list");
        return list;
    }
}
