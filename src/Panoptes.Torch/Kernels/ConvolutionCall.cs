using System.Runtime.InteropServices;
using Panoptes.Torch.Interop;
using Panoptes.Torch.Kernels.Deform;
using Panoptes.Torch.Kernels.Winograd;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// The arguments of a call of <c>aten::convolution_overrideable</c> or its backward, taken from libtorch's stack. Disposing frees them.
/// </summary>
internal sealed unsafe class ConvolutionCall : IDisposable
{
    private readonly FloatTensor?[] _tensors = new FloatTensor?[3];
    private readonly long[][] _lists;
    private readonly int _groups;
    private readonly bool[] _wanted = [];

    /// <summary>Takes over what the slots hold.</summary>
    public ConvolutionCall(ulong* stack, bool isBackward)
    {
        // All of it first: what throws later leaves nothing behind.
        nint bias = isBackward ? (nint)stack[2] : TakeOptional(stack[2]);
        _lists = [TakeList(stack[3]), TakeList(stack[4]), TakeList(stack[5]), TakeList(stack[7])];
        _groups = (int)stack[8];
        if (isBackward)
        {
            _wanted = [.. TakeList(stack[9]).Select(wanted => wanted != 0)];
        }

        for (int i = 0; i < 3; i++)
        {
            nint handle = i == 2 ? bias : (nint)stack[i];
            _tensors[i] = handle != 0 ? new FloatTensor(handle) : null;
        }
    }

    private bool IsDeformable => _lists[3].Length != 2;

    public FloatTensor Forward<T>()
        where T : unmanaged, ILanes<T>
    {
        (FloatTensor x, FloatTensor weight, FloatTensor? bias) = (_tensors[0]!, _tensors[1]!, _tensors[2]);
        return IsDeformable
            ? new DeformOperator<T>(x, weight, _lists, _groups).Forward(bias)
            : WinogradOperator<T>.Forward(x, weight, bias);
    }

    /// <summary>The gradients of input, weight and bias; null where they are not wanted.</summary>
    public FloatTensor?[] Backward<T>()
        where T : unmanaged, ILanes<T>
    {
        (FloatTensor gradient, FloatTensor x, FloatTensor weight) = (_tensors[0]!, _tensors[1]!, _tensors[2]!);
        return IsDeformable
            ? new DeformOperator<T>(x, weight, _lists, _groups).Backward(gradient, _wanted)
            : WinogradOperator<T>.Backward(gradient, x, weight, _wanted);
    }

    public void Dispose()
    {
        foreach (FloatTensor? tensor in _tensors)
        {
            tensor?.Dispose();
        }
    }

    private static nint TakeOptional(ulong slot)
    {
        if (slot == 0)
        {
            return 0;
        }

        // On the C heap, as ArgumentStack writes it.
        nint handle = *(nint*)slot;
        NativeMemory.Free((void*)slot);
        return handle;
    }

    private static long[] TakeList(ulong slot)
    {
        nuint size;
        LibTorch.Check(LibTorch.ListSize((nint)slot, &size), "a list");
        long[] values = new long[size];
        for (nuint i = 0; i < size; i++)
        {
            ulong element;
            LibTorch.Check(LibTorch.ListGetItem((nint)slot, i, &element), "a list");
            values[i] = (long)element;
        }

        LibTorch.Check(LibTorch.DeleteList((nint)slot), "a list");
        return values;
    }
}
