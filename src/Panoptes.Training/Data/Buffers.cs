namespace Panoptes.Training.Data;

/// <summary>Pinned arrays that grow, so that tensors can be laid over them without a copy.</summary>
internal static class Buffers
{
    /// <summary>Makes an array at least <paramref name="needed"/> long, keeping its first <paramref name="used"/> elements.</summary>
    public static void Grow<T>(ref T[] array, int used, int needed)
        where T : unmanaged
    {
        if (array.Length >= needed)
            return;
        T[] larger = GC.AllocateUninitializedArray<T>(Math.Max(needed, array.Length + array.Length / 2), pinned: true);
        array.AsSpan(0, used).CopyTo(larger);
        array = larger;
    }
}
