namespace Panoptes.Coco.Evaluation;

/// <summary>Indices of what was not found yet.</summary>
internal static class NoIndices
{
    /// <summary>As many times −1.</summary>
    public static int[] Create(int count)
    {
        int[] indices = GC.AllocateUninitializedArray<int>(count);
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = -1; // Array.Fill's code for integers would be compiled by every process
        }

        return indices;
    }
}
