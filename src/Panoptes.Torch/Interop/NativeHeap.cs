using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>The C heap that libtorch allocates from.</summary>
internal static unsafe class NativeHeap
{
    private static readonly delegate* unmanaged<nuint, int> s_trim = FindTrim();

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

    private static delegate* unmanaged<nuint, int> FindTrim() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out nint address)
            ? (delegate* unmanaged<nuint, int>)address
            : null;
}
