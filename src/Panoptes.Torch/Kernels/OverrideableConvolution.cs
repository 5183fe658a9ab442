using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Our kernels behind <c>aten::convolution_overrideable</c> and its backward: operators of libtorch that exist to be filled in and have a
/// derivative, so that convolutions get gradients from C# code.
/// </summary>
/// <remarks>
/// <c>output_padding</c> matters only to transposed convolutions, so it tells which kernel is meant: two zeros for Winograd's, the
/// numbers of <see cref="Deform.DeformOperator{T}"/> for the deformable one. No exception may pass into libtorch. What goes wrong is kept
/// for <see cref="ThrowIfFailed"/>, and the results have a shape that nothing expects: in a backward pass libtorch itself refuses them.
/// </remarks>
internal static unsafe class OverrideableConvolution
{
    private static readonly Operator s_operator = new(
        "aten::convolution_overrideable", "", "input weight bias stride padding dilation transposed output_padding groups");

    private static readonly Lazy<bool> s_registered = new(Register);

    // libtorch may run a backward pass on a thread of its own.
    private static Exception? s_failure;

    /// <summary>Whether the processor has what the kernels are made for. Elsewhere libtorch's own convolutions are faster.</summary>
    public static bool IsSupported => TorchRuntime.OwnKernels != VectorUnits.None;

    /// <summary>Calls the operator, which calls our kernel.</summary>
    public static Tensor Call(
        Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<long> stride, ReadOnlySpan<long> padding, ReadOnlySpan<long> dilation,
        ReadOnlySpan<long> which, long groups)
    {
        _ = s_registered.Value;
        fixed (long* strides = stride, paddings = padding, dilations = dilation, whiches = which)
        {
            Value* arguments = stackalloc Value[9];
            arguments[0] = Value.Of(x);
            arguments[1] = Value.Of(weight);
            arguments[2] = Value.Of(bias).Optional();
            arguments[3] = Value.List(ValueTag.IntList, strides, stride.Length);
            arguments[4] = Value.List(ValueTag.IntList, paddings, padding.Length);
            arguments[5] = Value.List(ValueTag.IntList, dilations, dilation.Length);
            arguments[6] = Value.Of(false);
            arguments[7] = Value.List(ValueTag.IntList, whiches, which.Length);
            arguments[8] = Value.Of(groups);
            Tensor result = s_operator.InvokeTensor(arguments, 9);
            GC.KeepAlive(x);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
            ThrowIfFailed();
            return result;
        }
    }

    /// <summary>Throws what went wrong in a kernel since it was asked last.</summary>
    public static void ThrowIfFailed()
    {
        if (s_failure is not null && Interlocked.Exchange(ref s_failure, null) is { } failure)
        {
            throw new TorchException($"a convolution of Panoptes failed: {failure.Message}", failure);
        }
    }

    private static bool Register()
    {
        // The library lives as long as the process: freed, it would take its kernels along.
        nint library;
        LibTorch.Check(LibTorch.OpenLibrary("aten", "CPU", nameof(OverrideableConvolution), 0, &library), "opening the operators' library");
        LibTorch.Check(
            LibTorch.Implement(library, "convolution_overrideable", &Forward, LibTorch.Version), "registering our convolution");
        LibTorch.Check(
            LibTorch.Implement(library, "convolution_backward_overrideable", &Backward, LibTorch.Version), "registering our convolution");
        return true;
    }

    // (input, weight, bias?, stride, padding, dilation, transposed, output_padding, groups) -> output
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forward(ulong* stack, ulong arguments, ulong results)
    {
        nint result;
        try
        {
            using ConvolutionCall call = new(stack, isBackward: false);
            result = (Avx512F.IsSupported ? call.Forward<Lanes512>() : call.Forward<Lanes256>()).Release();
        }
        catch (Exception exception)
        {
            result = Refuse(exception);
        }

        stack[0] = (ulong)result;
    }

    // (grad_output, input, weight, stride, padding, dilation, transposed, output_padding, groups, output_mask[3])
    //   -> (grad_input, grad_weight, grad_bias)
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Backward(ulong* stack, ulong arguments, ulong results)
    {
        FloatTensor?[] gradients = [];
        Exception? failure = null;
        try
        {
            using ConvolutionCall call = new(stack, isBackward: true);
            gradients = Avx512F.IsSupported ? call.Backward<Lanes512>() : call.Backward<Lanes256>();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        for (int i = 0; i < 3; i++)
        {
            stack[i] = (ulong)(failure is not null ? Refuse(failure) : gradients[i]?.Release() ?? Undefined());
        }
    }

    private static nint Refuse(Exception failure)
    {
        s_failure = failure;
        long nothing = 0, one = 1;
        nint tensor;
        int status = LibTorch.EmptyStrided(1, &nothing, &one, (int)DType.Float32, (int)DeviceType.Cpu, 0, &tensor);
        return status == 0 ? tensor : Undefined();
    }

    private static nint Undefined()
    {
        nint tensor;
        _ = LibTorch.NewUndefinedTensor(&tensor);
        return tensor;
    }
}
