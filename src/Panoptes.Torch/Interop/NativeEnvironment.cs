using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>Settings that libtorch and its OpenMP read from the environment, once, when they are loaded.</summary>
internal static unsafe class NativeEnvironment
{
    /// <summary>Sets them on Linux, where the environment does not say otherwise.</summary>
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "setenv", out nint address))
        {
            return;
        }

        // Environment.SetEnvironmentVariable changes .NET's own copy alone.
        var set = (delegate* unmanaged<byte*, byte*, int, int>)address;

        // Blocks of 2 MiB and more begin at a page, and libtorch asks for huge ones. Aligned to cache lines, as it does by itself, they
        // leave slivers around them in glibc's heap; small blocks take these, and no block of the same size fits in between any more.
        Set("THP_MEM_ALLOC_ENABLE"u8, "1"u8);

        // Threads without work spin a thousand times before they sleep, as libgomp has them do where it knows of more threads than
        // processors, and not for a millisecond: as long as they spin, the threads of a second program cannot work.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            Set("GOMP_SPINCOUNT"u8, "1000"u8);
        }

        void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            // Literals of UTF-8 end in a zero.
            fixed (byte* first = name, second = value)
            {
                _ = set(first, second, 0);
            }
        }
    }
}
