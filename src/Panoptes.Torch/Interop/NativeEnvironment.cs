using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>What libtorch reads from the environment, once, when it is loaded, and how glibc keeps the memory of large blocks.</summary>
internal static unsafe class NativeEnvironment
{
    // Numbers of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>Sets it on Linux, where the environment does not say otherwise.</summary>
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint library)) return;
        SetEnvironment(library);
        KeepLargeBlocks(library);
    }

    private static void SetEnvironment(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "setenv", out nint address)) return;

        // Environment.SetEnvironmentVariable changes only .NET's own copy.
        delegate* unmanaged<byte*, byte*, int, int> set = (delegate* unmanaged<byte*, byte*, int, int>)address;

        // Blocks of 2 MiB and more begin at a page, and libtorch asks for huge ones. Aligned to cache lines, as it does by itself, they
        // leave slivers around them in glibc's heap; small blocks take these, and no block of the same size fits in between any more.
        // Literals of UTF-8 end in a zero.
        fixed (byte* name = "THP_MEM_ALLOC_ENABLE"u8, value = "1"u8)
        {
            _ = set(name, value, 0);
        }
    }

    // By itself glibc maps every block of 32 MiB and more again, and gives it back when it is freed: a feature map of 256 channels costs
    // thousands of page faults each time. From the heap it comes back as it was.
    private static void KeepLargeBlocks(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "mallopt", out nint address)) return;
        delegate* unmanaged<int, int, int> set = (delegate* unmanaged<int, int, int>)address;
        _ = set(MapThreshold, 1 << 30);
        _ = set(TrimThreshold, 1 << 28);
    }
}
