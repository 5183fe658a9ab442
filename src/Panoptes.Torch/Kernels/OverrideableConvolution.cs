using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Panoptes.Torch.Kernels.Winograd;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Our kernels behind <c>aten::convolution_overrideable</c> and its backward: operators of libtorch that have a derivative and exist to be
/// filled in, so that C# alone gets a convolution with gradients.
/// </summary>
/// <remarks>
/// No exception may pass into libtorch. What goes wrong is kept for <see cref="ThrowIfFailed"/>, and the result has a shape that nothing
/// expects: in a backward pass libtorch itself refuses it.
/// </remarks>
internal static unsafe class OverrideableConvolution
{
    // libtorch's own operators of this thread call our kernels on it.
    [ThreadStatic]
    private static Exception? s_failure;

    private static readonly Lazy<bool> s_registered = new(Register);

    /// <summary>Whether the processor has what the kernels are made for. Elsewhere libtorch's own convolutions are faster.</summary>
    public static bool IsSupported => Avx512F.IsSupported || (Avx2.IsSupported && Fma.IsSupported);

    /// <summary>Registers the kernels, once; to be called before the operator.</summary>
    public static void Prepare() => _ = s_registered.Value;

    /// <summary>Throws what went wrong in this thread's kernels since it was asked last.</summary>
    public static void ThrowIfFailed()
    {
        if (s_failure is { } failure)
        {
            s_failure = null;
            throw new InvalidOperationException(failure.Message, failure);
        }
    }

    private static bool Register()
    {
        // The library lives as long as the process: freed, it would take its kernels along.
        KernelImports.Check(KernelImports.OpenLibrary("aten", "CPU", nameof(OverrideableConvolution), 0, out nint library));
        KernelImports.Check(KernelImports.Implement(library, "convolution_overrideable", &Forward, KernelImports.Version));
        KernelImports.Check(KernelImports.Implement(library, "convolution_backward_overrideable", &Backward, KernelImports.Version));
        return true;
    }

    // (input, weight, bias?, stride, padding, dilation, transposed, output_padding, groups) -> output
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forward(ulong* stack, ulong arguments, ulong results)
    {
        FloatTensor?[] tensors = new FloatTensor?[3];
        nint result = 0;
        try
        {
            tensors[0] = new FloatTensor((nint)stack[0]);
            tensors[1] = new FloatTensor((nint)stack[1]);
            tensors[2] = TakeOptional(stack[2]);
            long[] stride = TakeList(stack[3]), padding = TakeList(stack[4]), dilation = TakeList(stack[5]), extra = TakeList(stack[7]);
            result = Avx512F.IsSupported
                ? WinogradOperator<Lanes512>.Forward(tensors[0]!, tensors[1]!, tensors[2]).Release()
                : WinogradOperator<Lanes256>.Forward(tensors[0]!, tensors[1]!, tensors[2]).Release();
        }
        catch (Exception exception)
        {
            s_failure = exception;
            result = Refused();
        }

        foreach (FloatTensor? tensor in tensors)
        {
            tensor?.Dispose();
        }

        stack[0] = (ulong)result;
    }

    // (grad_output, input, weight, stride, padding, dilation, transposed, output_padding, groups, output_mask[3])
    //   -> (grad_input, grad_weight, grad_bias)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Backward(ulong* stack, ulong arguments, ulong results)
    {
        FloatTensor?[] tensors = new FloatTensor?[3];
        FloatTensor?[] gradients = new FloatTensor?[3];
        bool failed = false;
        try
        {
            for (int i = 0; i < 3; i++)
            {
                tensors[i] = new FloatTensor((nint)stack[i]);
            }

            long[] stride = TakeList(stack[3]), padding = TakeList(stack[4]), dilation = TakeList(stack[5]), extra = TakeList(stack[7]);
            long[] wanted = TakeList(stack[9]);
            gradients = Avx512F.IsSupported
                ? WinogradOperator<Lanes512>.Backward(tensors[0]!, tensors[1]!, tensors[2]!, wanted)
                : WinogradOperator<Lanes256>.Backward(tensors[0]!, tensors[1]!, tensors[2]!, wanted);
        }
        catch (Exception exception)
        {
            s_failure = exception;
            failed = true;
        }

        foreach (FloatTensor? tensor in tensors)
        {
            tensor?.Dispose();
        }

        for (int i = 0; i < 3; i++)
        {
            stack[i] = (ulong)(failed ? Refused() : gradients[i]?.Release() ?? Undefined());
        }
    }

    private static FloatTensor? TakeOptional(ulong slot)
    {
        if (slot == 0)
        {
            return null;
        }

        // On the C heap.
        ulong handle = *(ulong*)slot;
        NativeMemory.Free((void*)slot);
        return new FloatTensor((nint)handle);
    }

    private static long[] TakeList(ulong slot)
    {
        KernelImports.Check(KernelImports.GetListSize((nint)slot, out nuint size));
        var values = new long[size];
        for (nuint i = 0; i < size; i++)
        {
            KernelImports.Check(KernelImports.GetListItem((nint)slot, i, out ulong item));
            values[i] = (long)item;
        }

        KernelImports.Check(KernelImports.DeleteList((nint)slot));
        return values;
    }

    private static nint Undefined()
    {
        _ = KernelImports.NewUndefined(out nint tensor);
        return tensor;
    }

    private static nint Refused()
    {
        long nothing = 0, one = 1;
        return KernelImports.EmptyStrided(1, &nothing, &one, FloatTensor.Float32, 0, 0, out nint tensor) == 0 ? tensor : Undefined();
    }
}
