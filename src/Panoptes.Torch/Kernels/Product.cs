using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Products of float matrices that stay in a core's caches: result (+)= left · right. Both of our convolutions end in it, independent of
/// the BLAS that libtorch was built with: each element is summed up in one order, whatever the number of threads.
/// </summary>
/// <remarks>
/// The right matrix is read in strips of <see cref="Strip{T}"/> columns. A tile of 6 rows and 4 vectors has 24 sums, which with 4 vectors
/// of the right matrix and one of the left fill 29 of AVX-512's 32 registers; AVX2 has 16 and gets 6 rows and 2 vectors. What is left of
/// the rows or columns is computed in tiles of 4 rows or 2 vectors, so both are rounded up: see <see cref="Rows"/> and
/// <see cref="Columns"/>. What is read next is asked for ahead of time: the right matrix comes from the outer cache.
/// </remarks>
internal static unsafe class Product
{
    /// <summary>Summands that are added up before the next strip's turn: their part of the strip stays in the core's own cache.</summary>
    public const int Depth = 256;

    private interface IRows
    {
        static abstract bool Six { get; }
    }

    private interface IVectors
    {
        static abstract bool Four { get; }
    }

    /// <summary>Columns that lie together in a right matrix that was packed in strips.</summary>
    public static int Strip<T>()
        where T : unmanaged, ILanes<T> => T.Count == 16 ? 64 : 16;

    /// <summary>Rows that a product of <paramref name="rows"/> reads of the left matrix and writes to the result.</summary>
    public static int Rows(int rows) => rows % 6 is > 0 and <= 4 ? rows / 6 * 6 + 4 : (rows + 5) / 6 * 6;

    /// <summary>Columns that a product of <paramref name="columns"/> reads of the right matrix and writes to the result.</summary>
    public static int Columns(int columns) => (columns + 31) / 32 * 32;

    /// <summary>
    /// Where a strip's part begins in a right matrix packed in the order in which it is read, [depth][strip][summand][column], and how wide
    /// the strip is.
    /// </summary>
    public static (nint Start, int Width) StripAt<T>(int summand, int column, int summands, int columns)
        where T : unmanaged, ILanes<T>
    {
        int depth = summand / Depth * Depth, width = Math.Min(Strip<T>(), Columns(columns) - column);
        nint start = (nint)depth * Columns(columns) + (nint)Math.Min(Depth, summands - depth) * column;
        return (start + (nint)(summand - depth) * width, width);
    }

    /// <summary>A product with a packed right matrix (<see cref="StripAt"/>); the left one's summands lie side by side.</summary>
    public static void MultiplyPacked<T>(
        float* left, nint leftRow, float* packed, float* result, nint resultStep, int rows, int columns, int summands)
        where T : unmanaged, ILanes<T>
    {
        for (int k = 0; k < summands; k += Depth)
        {
            int depth = Math.Min(Depth, summands - k);
            for (int column = 0; column < columns; column += Strip<T>())
            {
                (nint start, int width) = StripAt<T>(k, column, summands, columns);
                float* strip = packed + start;
                Multiply<T>(
                    left + k, leftRow, 1, strip, width, result + column, resultStep, rows, width, depth, k > 0, strip + depth * width, 16,
                    16 * depth);
            }
        }
    }

    /// <summary>One strip's part of a product.</summary>
    /// <param name="left">The left matrix's first element: [rows, summands].</param>
    /// <param name="leftRow">Floats from a row of it to the next.</param>
    /// <param name="leftSummand">Floats from a summand to the next.</param>
    /// <param name="right">The strip: [summands, columns].</param>
    /// <param name="rightStep">Floats from a row of it to the next.</param>
    /// <param name="result">[rows, columns].</param>
    /// <param name="resultStep">Floats from a row of it to the next.</param>
    /// <param name="rows">Rows; <see cref="Rows"/> are touched.</param>
    /// <param name="columns">Columns, at most a strip's, of whole vectors in pairs.</param>
    /// <param name="summands">Columns of left and rows of right.</param>
    /// <param name="add">Whether the product is added to what is there.</param>
    /// <param name="next">
    /// What is read next, which comes from the outer cache while this is computed: a cache line for each summand of each tile.
    /// </param>
    /// <param name="nextStep">Floats from one such line to the next.</param>
    /// <param name="nextTile">Floats from a tile's first such line to the next tile's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(
        float* left, nint leftRow, nint leftSummand, float* right, nint rightStep, float* result, nint resultStep, int rows, int columns,
        int summands, bool add, float* next, nint nextStep, nint nextTile)
        where T : unmanaged, ILanes<T>
    {
        for (int row = 0; row < rows; row += 6)
        {
            float* from = left + row * leftRow;
            float* to = result + row * resultStep;
            bool six = rows - row > 4;
            int column = 0;
            for (; column + 4 * T.Count <= columns && T.Count == 16; column += 4 * T.Count)
            {
                if (six)
                {
                    Tile<T, SixRows, FourVectors>(
                        from, leftRow, leftSummand, right + column, rightStep, to + column, resultStep, summands, add, next, nextStep);
                }
                else
                {
                    Tile<T, FourRows, FourVectors>(
                        from, leftRow, leftSummand, right + column, rightStep, to + column, resultStep, summands, add, next, nextStep);
                }
            }

            for (; column < columns; column += 2 * T.Count)
            {
                if (six)
                {
                    Tile<T, SixRows, TwoVectors>(
                        from, leftRow, leftSummand, right + column, rightStep, to + column, resultStep, summands, add, next, nextStep);
                }
                else
                {
                    Tile<T, FourRows, TwoVectors>(
                        from, leftRow, leftSummand, right + column, rightStep, to + column, resultStep, summands, add, next, nextStep);
                }
            }

            next += nextTile;
        }
    }

    // 4 or 6 rows and 2 or 4 vectors of the result. Conditions on TRows and TVectors are constants to the JIT; every sum is a local of its
    // own, since it keeps those in registers and arrays not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T, TRows, TVectors>(
        float* left, nint leftRow, nint leftSummand, float* right, nint rightStep, float* result, nint resultStep, int summands, bool add,
        float* next, nint nextStep)
        where T : unmanaged, ILanes<T>
        where TRows : struct, IRows
        where TVectors : struct, IVectors
    {
        T s00 = T.Zero, s01 = T.Zero, s02 = T.Zero, s03 = T.Zero;
        T s10 = T.Zero, s11 = T.Zero, s12 = T.Zero, s13 = T.Zero;
        T s20 = T.Zero, s21 = T.Zero, s22 = T.Zero, s23 = T.Zero;
        T s30 = T.Zero, s31 = T.Zero, s32 = T.Zero, s33 = T.Zero;
        T s40 = T.Zero, s41 = T.Zero, s42 = T.Zero, s43 = T.Zero;
        T s50 = T.Zero, s51 = T.Zero, s52 = T.Zero, s53 = T.Zero;
        for (int i = 6; i < 12; i++)
        {
            for (int j = 0; j < (TVectors.Four ? 4 : 2) * T.Count; j += 16)
            {
                T.Prefetch(result + i * resultStep + j);
            }
        }

        if (add)
        {
            Read<T, TVectors>(result, ref s00, ref s01, ref s02, ref s03);
            Read<T, TVectors>(result + resultStep, ref s10, ref s11, ref s12, ref s13);
            Read<T, TVectors>(result + 2 * resultStep, ref s20, ref s21, ref s22, ref s23);
            Read<T, TVectors>(result + 3 * resultStep, ref s30, ref s31, ref s32, ref s33);
            if (TRows.Six)
            {
                Read<T, TVectors>(result + 4 * resultStep, ref s40, ref s41, ref s42, ref s43);
                Read<T, TVectors>(result + 5 * resultStep, ref s50, ref s51, ref s52, ref s53);
            }
        }

        float* l0 = left;
        float* l1 = left + leftRow;
        float* l2 = left + 2 * leftRow;
        float* l3 = left + 3 * leftRow;
        float* l4 = left + 4 * leftRow;
        float* l5 = left + 5 * leftRow;
        nint end = summands * leftSummand;
        for (nint k = 0; k < end; k += leftSummand)
        {
            T r0 = T.Load(right), r1 = T.Load(right + T.Count);
            T r2 = TVectors.Four ? T.Load(right + 2 * T.Count) : T.Zero;
            T r3 = TVectors.Four ? T.Load(right + 3 * T.Count) : T.Zero;
            Add<T, TVectors>(T.Broadcast(l0[k]), r0, r1, r2, r3, ref s00, ref s01, ref s02, ref s03);
            Add<T, TVectors>(T.Broadcast(l1[k]), r0, r1, r2, r3, ref s10, ref s11, ref s12, ref s13);
            Add<T, TVectors>(T.Broadcast(l2[k]), r0, r1, r2, r3, ref s20, ref s21, ref s22, ref s23);
            Add<T, TVectors>(T.Broadcast(l3[k]), r0, r1, r2, r3, ref s30, ref s31, ref s32, ref s33);
            if (TRows.Six)
            {
                Add<T, TVectors>(T.Broadcast(l4[k]), r0, r1, r2, r3, ref s40, ref s41, ref s42, ref s43);
                Add<T, TVectors>(T.Broadcast(l5[k]), r0, r1, r2, r3, ref s50, ref s51, ref s52, ref s53);
            }

            T.Prefetch(next);
            right += rightStep;
            next += nextStep;
        }

        Write<T, TVectors>(result, s00, s01, s02, s03);
        Write<T, TVectors>(result + resultStep, s10, s11, s12, s13);
        Write<T, TVectors>(result + 2 * resultStep, s20, s21, s22, s23);
        Write<T, TVectors>(result + 3 * resultStep, s30, s31, s32, s33);
        if (TRows.Six)
        {
            Write<T, TVectors>(result + 4 * resultStep, s40, s41, s42, s43);
            Write<T, TVectors>(result + 5 * resultStep, s50, s51, s52, s53);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TVectors>(T left, T r0, T r1, T r2, T r3, ref T s0, ref T s1, ref T s2, ref T s3)
        where T : unmanaged, ILanes<T>
        where TVectors : struct, IVectors
    {
        s0 = T.MultiplyAdd(left, r0, s0);
        s1 = T.MultiplyAdd(left, r1, s1);
        if (TVectors.Four)
        {
            s2 = T.MultiplyAdd(left, r2, s2);
            s3 = T.MultiplyAdd(left, r3, s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Read<T, TVectors>(float* from, ref T s0, ref T s1, ref T s2, ref T s3)
        where T : unmanaged, ILanes<T>
        where TVectors : struct, IVectors
    {
        s0 = T.Load(from);
        s1 = T.Load(from + T.Count);
        if (TVectors.Four)
        {
            s2 = T.Load(from + 2 * T.Count);
            s3 = T.Load(from + 3 * T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T, TVectors>(float* to, T s0, T s1, T s2, T s3)
        where T : unmanaged, ILanes<T>
        where TVectors : struct, IVectors
    {
        s0.Store(to);
        s1.Store(to + T.Count);
        if (TVectors.Four)
        {
            s2.Store(to + 2 * T.Count);
            s3.Store(to + 3 * T.Count);
        }
    }

    private struct SixRows : IRows
    {
        public static bool Six => true;
    }

    private struct FourRows : IRows
    {
        public static bool Six => false;
    }

    private struct FourVectors : IVectors
    {
        public static bool Four => true;
    }

    private struct TwoVectors : IVectors
    {
        public static bool Four => false;
    }
}
