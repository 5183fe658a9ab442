using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>
/// Counts GPUs through CUDA's driver, which is there wherever libtorch can use one (CUDA Driver API, cuInit, cuDeviceGetCount).
/// </summary>
internal static unsafe class CudaDriver
{
    /// <summary>The GPUs that a libtorch with CUDA sees; CUDA_VISIBLE_DEVICES counts. 0 where libtorch has no CUDA.</summary>
    internal static int DeviceCount()
    {
        if (!NativeLoader.HasCuda || !NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
        {
            return 0;
        }

        int count = 0;
        return NativeLibrary.TryGetExport(driver, "cuInit", out nint init)
            && NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out nint getCount)
            && ((delegate* unmanaged<uint, int>)init)(0) == 0
            && ((delegate* unmanaged<int*, int>)getCount)(&count) == 0
            ? count
            : 0;
    }
}
