using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>The functions of the shim (native/src). All tensors are owned pointers.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "panoptes_torch";

    // Runs before the first import is bound.
    static Native() => NativeLoader.Register();

    [LibraryImport(Library, EntryPoint = "panoptes_last_error")]
    private static partial byte* LastErrorText();

    [LibraryImport(Library, EntryPoint = "panoptes_torch_version")]
    private static partial byte* TorchVersionText();

    [LibraryImport(Library, EntryPoint = "panoptes_torch_config")]
    private static partial byte* TorchConfigText();

    [LibraryImport(Library, EntryPoint = "panoptes_library_path")]
    private static partial byte* LibraryPathText(int which);

    [LibraryImport(Library, EntryPoint = "panoptes_has_mkldnn")]
    internal static partial int HasMklDnn();

    [LibraryImport(Library, EntryPoint = "panoptes_find_operator", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FindOperator(string name, string overload);

    [LibraryImport(Library, EntryPoint = "panoptes_operator_schema")]
    private static partial byte* OperatorSchemaText(nint op);

    [LibraryImport(Library, EntryPoint = "panoptes_call")]
    internal static partial int Call(nint op, Value* arguments, int argumentCount, Value* results, int resultCapacity, int* resultCount);

    [LibraryImport(Library, EntryPoint = "panoptes_free_list")]
    internal static partial void FreeList(nint list);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_release")]
    internal static partial void TensorRelease(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_rank")]
    internal static partial int TensorRank(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_sizes")]
    internal static partial void TensorSizes(nint tensor, long* sizes);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_strides")]
    internal static partial void TensorStrides(nint tensor, long* strides);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_dtype")]
    internal static partial int TensorDType(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_device")]
    internal static partial long TensorDevice(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_layout")]
    internal static partial int TensorLayout(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_data")]
    internal static partial int TensorData(nint tensor, void** data);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_from_memory")]
    internal static partial int TensorFromMemory(
        void* data, long* sizes, int rank, int dtype, delegate* unmanaged<void*, void> free, void* context, nint* result);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_requires_grad")]
    internal static partial int TensorRequiresGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_set_requires_grad")]
    internal static partial int TensorSetRequiresGrad(nint tensor, int value);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_set_data")]
    internal static partial int TensorSetData(nint tensor, nint source);

    [LibraryImport(Library, EntryPoint = "panoptes_grad_enabled")]
    internal static partial int GradEnabled();

    [LibraryImport(Library, EntryPoint = "panoptes_set_grad_enabled")]
    internal static partial void SetGradEnabled(int value);

    [LibraryImport(Library, EntryPoint = "panoptes_backward")]
    internal static partial int Backward(nint tensor, nint gradient, int retainGraph);

    [LibraryImport(Library, EntryPoint = "panoptes_grad")]
    internal static partial int Grad(nint output, nint* inputs, int count, int retainGraph, int createGraph, nint* results);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_grad")]
    internal static partial int TensorGrad(nint tensor, nint* gradient);

    [LibraryImport(Library, EntryPoint = "panoptes_tensor_set_grad")]
    internal static partial int TensorSetGrad(nint tensor, nint gradient);

    [LibraryImport(Library, EntryPoint = "panoptes_set_autocast")]
    internal static partial int SetAutocast(int deviceType, int enabled, int dtype);

    [LibraryImport(Library, EntryPoint = "panoptes_autocast_state")]
    internal static partial int AutocastState(int deviceType, int* enabled, int* dtype);

    [LibraryImport(Library, EntryPoint = "panoptes_sgd_step")]
    internal static partial int SgdStep(
        nint parameter, nint gradient, nint buffer, double rate, double momentum, double decay, int nesterov, int first, int* done);

    [LibraryImport(Library, EntryPoint = "panoptes_adamw_step")]
    internal static partial int AdamWStep(
        nint parameter, nint gradient, nint mean, nint square, double keep, double beta1, double beta2, double rate, double root,
        double epsilon, int* done);

    [LibraryImport(Library, EntryPoint = "panoptes_group_norm")]
    internal static partial int GroupNorm(nint x, nint weight, nint bias, long groups, double epsilon, int relu, nint* result);

    [LibraryImport(Library, EntryPoint = "panoptes_convolve_3x3")]
    internal static partial int Convolve3x3(nint x, nint weight, nint bias, nint* result);

    [LibraryImport(Library, EntryPoint = "panoptes_deform_conv2d")]
    internal static partial int DeformConv2d(
        nint x, nint offset, nint mask, nint weight, nint bias, long* steps, int composed, nint* result);

    [LibraryImport(Library, EntryPoint = "panoptes_threads")]
    internal static partial int Threads();

    [LibraryImport(Library, EntryPoint = "panoptes_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "panoptes_seed")]
    internal static partial int Seed(long seed);

    [LibraryImport(Library, EntryPoint = "panoptes_random_state")]
    internal static partial int RandomState(nint* state);

    [LibraryImport(Library, EntryPoint = "panoptes_set_random_state")]
    internal static partial int SetRandomState(nint state);

    [LibraryImport(Library, EntryPoint = "panoptes_cuda_count")]
    internal static partial int CudaCount();

    [LibraryImport(Library, EntryPoint = "panoptes_cuda_synchronize")]
    internal static partial int CudaSynchronize(long device);

    [LibraryImport(Library, EntryPoint = "panoptes_set_flush_denormal")]
    internal static partial int SetFlushDenormal(int value);

    internal static string TorchVersion() => Marshal.PtrToStringUTF8((nint)TorchVersionText())!;

    internal static string TorchConfig() => Marshal.PtrToStringUTF8((nint)TorchConfigText())!;

    internal static string? ShimPath() => Marshal.PtrToStringUTF8((nint)LibraryPathText(0));

    internal static string? LibtorchPath() => Marshal.PtrToStringUTF8((nint)LibraryPathText(1));

    internal static string OperatorSchema(nint op) => Marshal.PtrToStringUTF8((nint)OperatorSchemaText(op))!;

    internal static string LastError() => Marshal.PtrToStringUTF8((nint)LastErrorText())!;

    /// <summary>Turns a status into an exception that carries libtorch's message.</summary>
    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new TorchException(LastError());
        }
    }
}
