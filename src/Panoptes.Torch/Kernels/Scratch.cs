using System.Runtime.InteropServices;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Memory that a thread keeps from one kernel to the next: fresh memory costs more to clear than to compute with. It is aligned to 2 MiB
/// and, where Linux has them, in pages of that size, since a transformed tile lies scattered over many small ones.
/// </summary>
internal sealed unsafe partial class Scratch
{
    private const nuint Page = 1 << 21;
    private const int HugePage = 14;  // MADV_HUGEPAGE

    [ThreadStatic]
    private static Scratch? s_own;

    private float* _start;
    private nuint _bytes;

    private Scratch()
    {
    }

    // The thread has ended.
    ~Scratch() => NativeMemory.AlignedFree(_start);

    /// <summary>At least <paramref name="floats"/> floats with any content, the calling thread's until it asks again.</summary>
    public static float* Take(nint floats)
    {
        Scratch own = s_own ??= new Scratch();
        nuint bytes = ((nuint)floats * sizeof(float) + Page - 1) / Page * Page;
        if (own._bytes < bytes)
        {
            NativeMemory.AlignedFree(own._start);
            own._start = null;
            own._bytes = 0;
            own._start = (float*)NativeMemory.AlignedAlloc(bytes, Page);
            own._bytes = bytes;
            if (OperatingSystem.IsLinux())
            {
                // Only advice: where it is refused, nothing is lost but time.
                _ = AdviseMemory(own._start, bytes, HugePage);
            }
        }

        return own._start;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(void* start, nuint bytes, int advice);
}
