using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>
/// The functions of libtorch's C interface ("stable ABI", torch/csrc/stable/c/shim.h and torch/csrc/inductor/aoti_torch/c/shim.h) that this
/// library calls. A tensor crosses as a handle, the address of an <c>at::Tensor</c> on the heap; anyone who receives a new one deletes it.
/// Functions that can fail return 0 on success.
/// </summary>
internal static unsafe partial class LibTorch
{
    /// <summary>The library, without the system's prefix and suffix.</summary>
    internal const string Library = "torch_cpu";

    /// <summary>The version whose interface is spoken here, 2.10, as libtorch packs it.</summary>
    internal const ulong Version = (2UL << 56) | (10UL << 48);

    // Runs before the first import is bound.
    static LibTorch() => NativeLoader.Register();

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    internal static partial ulong AbiVersion();

    [LibraryImport(Library, EntryPoint = "torch_call_dispatcher")]
    internal static partial int CallDispatcher(byte* name, byte* overload, ulong* stack, ulong version);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    internal static partial int NewList(nuint size, nint* list);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    internal static partial int ListPushBack(nint list, ulong element);

    [LibraryImport(Library, EntryPoint = "torch_list_size")]
    internal static partial int ListSize(nint list, nuint* size);

    [LibraryImport(Library, EntryPoint = "torch_list_get_item")]
    internal static partial int ListGetItem(nint list, nuint index, ulong* element);

    [LibraryImport(Library, EntryPoint = "torch_delete_list")]
    internal static partial int DeleteList(nint list);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    internal static partial int NewTensorHandle(nint tensor, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_uninitialized_tensor")]
    internal static partial int NewUndefinedTensor(nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    internal static partial int DeleteTensor(nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_assign_tensors")]
    internal static partial int AssignTensor(nint source, nint destination);

    [LibraryImport(Library, EntryPoint = "aoti_torch_is_defined")]
    internal static partial int IsDefined(nint tensor, byte* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dim")]
    internal static partial int GetDim(nint tensor, long* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_sizes")]
    internal static partial int GetSizes(nint tensor, long** result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_strides")]
    internal static partial int GetStrides(nint tensor, long** result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dtype")]
    internal static partial int GetDType(nint tensor, int* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_device_type")]
    internal static partial int GetDeviceType(nint tensor, int* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_device_index")]
    internal static partial int GetDeviceIndex(nint tensor, int* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_layout")]
    internal static partial int GetLayout(nint tensor, int* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    internal static partial int GetDataPointer(nint tensor, void** result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_empty_strided")]
    internal static partial int EmptyStrided(
        long rank, long* sizes, long* strides, int dtype, int deviceType, int deviceIndex, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_copy_")]
    internal static partial int Copy(nint target, nint source, int withoutWaiting);

    [LibraryImport(Library, EntryPoint = "aoti_torch_scalar_to_tensor_float32")]
    internal static partial int ScalarFloat32(float value, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_scalar_to_tensor_float64")]
    internal static partial int ScalarFloat64(double value, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_scalar_to_tensor_int64")]
    internal static partial int ScalarInt64(long value, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_scalar_to_tensor_bool")]
    internal static partial int ScalarBool(byte value, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_aten_subtract_Tensor")]
    internal static partial int Subtract(nint left, nint right, double alpha, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_aten_fill__Scalar")]
    internal static partial int Fill(nint tensor, double value);

    [LibraryImport(Library, EntryPoint = "aoti_torch_aten_pad")]
    internal static partial int Pad(nint tensor, long* pad, long count, byte* mode, double* value, nint* result);

    [LibraryImport(Library, EntryPoint = "torch_set_requires_grad")]
    internal static partial int SetRequiresGrad(nint tensor, byte value);

    [LibraryImport(Library, EntryPoint = "aoti_torch_grad_mode_is_enabled")]
    internal static partial byte GradModeIsEnabled();

    [LibraryImport(Library, EntryPoint = "aoti_torch_grad_mode_set_enabled")]
    internal static partial void GradModeSetEnabled(byte enabled);

    [LibraryImport(Library, EntryPoint = "torch_get_num_threads")]
    internal static partial int GetThreads(uint* result);

    [LibraryImport(Library, EntryPoint = "torch_parallel_for")]
    internal static partial int ParallelFor(
        long begin, long end, long grain, delegate* unmanaged[Cdecl]<long, long, void*, void> body, void* context);

    [LibraryImport(Library, EntryPoint = "aoti_torch_library_init_impl", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenLibrary(string name, string dispatchKey, string file, uint line, nint* result);

    [LibraryImport(Library, EntryPoint = "torch_library_impl", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Implement(
        nint library, string name, delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel, ulong version);

    /// <summary>Turns a failure of a function that is not an operator into an exception.</summary>
    internal static void Check(int status, string what)
    {
        if (status != 0)
        {
            throw new TorchException($"{what} failed{NativeErrors.Text()}");
        }
    }
}
