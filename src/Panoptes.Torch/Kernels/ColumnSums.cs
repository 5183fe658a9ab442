using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels;

/// <summary>Sums of a matrix's columns: the gradient of a bias.</summary>
internal static unsafe class ColumnSums<T>
    where T : unmanaged, ILanes<T>
{
    // Of rows that are summed up apart, whatever the number of threads, so that the sums are always the same.
    private const int Parts = 32;

    /// <summary>Writes the sums of [<paramref name="rows"/>, <paramref name="columns"/>] floats without gaps.</summary>
    public static void Write(float* matrix, long rows, int columns, float* sums)
    {
        long part = (rows + Parts - 1) / Parts;
        float* partial = Scratch.Take((nint)Parts * columns);
        ParallelLoop.Run(Parts, (_, i) =>
        {
            float* own = partial + (nint)i * columns;
            new Span<float>(own, columns).Clear();
            for (long r = i * part; r < Math.Min(rows, (i + 1) * part); r++)
            {
                Add(matrix + r * columns, columns, own);
            }
        });
        new Span<float>(sums, columns).Clear();
        for (int i = 0; i < Parts; i++)
        {
            Add(partial + (nint)i * columns, columns, sums);
        }
    }

    /// <summary>Adds a row to sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* row, int columns, float* sums)
    {
        int c = 0;
        for (; c + T.Count <= columns; c += T.Count)
        {
            (T.Load(sums + c) + T.Load(row + c)).Store(sums + c);
        }

        for (; c < columns; c++)
        {
            sums[c] += row[c];
        }
    }
}
