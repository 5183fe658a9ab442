using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Panoptes.Torch.Kernels;

/// <summary>libtorch's functions that the kernels call.</summary>
internal static unsafe partial class KernelImports
{
    private const string Library = "torch_cpu";

    /// <summary>The version of libtorch whose functions are meant: 2.10.</summary>
    public const ulong Version = (2UL << 56) | (10UL << 48);

    [LibraryImport(Library, EntryPoint = "torch_get_num_threads")]
    public static partial int GetThreadCount(out uint count);

    [LibraryImport(Library, EntryPoint = "torch_parallel_for")]
    public static partial int ParallelFor(
        long begin, long end, long grain, delegate* unmanaged[Cdecl]<long, long, void*, void> body, void* context);

    [LibraryImport(Library, EntryPoint = "aoti_torch_library_init_impl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenLibrary(string name, string dispatchKey, string file, uint line, out nint library);

    [LibraryImport(Library, EntryPoint = "torch_library_impl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Implement(
        nint library, string name, delegate* unmanaged[Cdecl]<ulong*, ulong, ulong, void> kernel, ulong version);

    [LibraryImport(Library, EntryPoint = "aoti_torch_empty_strided")]
    public static partial int EmptyStrided(
        long dimensions, long* sizes, long* strides, int type, int deviceType, int deviceIndex, out nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_uninitialized_tensor")]
    public static partial int NewUndefined(out nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    public static partial int DeleteTensor(nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_copy_")]
    public static partial int Copy(nint target, nint source, int withoutWaiting);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    public static partial int GetData(nint tensor, out void* data);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dim")]
    public static partial int GetDimensions(nint tensor, out long dimensions);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_sizes")]
    public static partial int GetSizes(nint tensor, out long* sizes);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_strides")]
    public static partial int GetStrides(nint tensor, out long* strides);

    [LibraryImport(Library, EntryPoint = "torch_list_size")]
    public static partial int GetListSize(nint list, out nuint size);

    [LibraryImport(Library, EntryPoint = "torch_list_get_item")]
    public static partial int GetListItem(nint list, nuint index, out ulong item);

    [LibraryImport(Library, EntryPoint = "torch_delete_list")]
    public static partial int DeleteList(nint list);

    /// <summary>Throws where a function's code tells that it failed.</summary>
    public static void Check(int code, [CallerArgumentExpression(nameof(code))] string call = "")
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"libtorch: {call} failed.");
        }
    }

    // Linux alone has it; see Scratch.
    [LibraryImport("libc", EntryPoint = "madvise")]
    public static partial int AdviseMemory(void* start, nuint bytes, int advice);
}
