using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>What libtorch reads from the environment, once, when it is loaded.</summary>
internal static unsafe class NativeEnvironment
{
    /// <summary>Sets it on Linux, where the environment does not say otherwise.</summary>
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "setenv", out nint address))
        {
            return;
        }

        // Environment.SetEnvironmentVariable changes .NET's own copy alone.
        delegate* unmanaged<byte*, byte*, int, int> set = (delegate* unmanaged<byte*, byte*, int, int>)address;

        // Blocks of 2 MiB and more begin at a page, and libtorch asks for huge ones. Aligned to cache lines, as it does by itself, they
        // leave slivers around them in glibc's heap; small blocks take these, and no block of the same size fits in between any more.
        // Literals of UTF-8 end in a zero.
        fixed (byte* name = "THP_MEM_ALLOC_ENABLE"u8, value = "1"u8)
        {
            _ = set(name, value, 0);
        }
    }
}
