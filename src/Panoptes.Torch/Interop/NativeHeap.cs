using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>The C heap that libtorch allocates from.</summary>
internal static unsafe class NativeHeap
{
    private static readonly delegate* unmanaged<nuint, int> s_trim = (delegate* unmanaged<nuint, int>)Find("malloc_trim");

    /// <summary>
    /// Gives free pages back to the system, those between used ones too (glibc's malloc_trim); nothing where the C library has no such
    /// function.
    /// </summary>
    internal static void Trim()
    {
        if (s_trim is not null)
        {
            _ = s_trim(0);
        }
    }

    /// <summary>
    /// Has libtorch, before it is loaded, put blocks of 2 MiB and more at the start of a page and ask for huge pages, unless the
    /// environment says otherwise. Aligned to cache lines, as it does by itself, they leave slivers around them in glibc's heap; small
    /// blocks take these, and no block of the same size fits in between any more. The peak of a training is 10 % lower so.
    /// </summary>
    internal static void AlignLargeBlocks()
    {
        // Environment.SetEnvironmentVariable changes .NET's own copy alone.
        var set = (delegate* unmanaged<byte*, byte*, int, int>)Find("setenv");
        if (set is not null)
        {
            fixed (byte* name = "THP_MEM_ALLOC_ENABLE"u8, value = "1"u8)
            {
                _ = set(name, value, 0);
            }
        }
    }

    private static nint Find(string function) =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, function, out nint address)
            ? address
            : 0;
}
