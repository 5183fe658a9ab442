using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Panoptes.Imaging.Resampling;

/// <summary>
/// The two passes of <see cref="TriangleResampler"/> with AVX2. A weight of 22 bits is split into a high and a low part of at most 12
/// bits, so that <c>vpmaddwd</c> (two 16-bit products added, in one instruction) can do the work of two slow 32-bit multiplications;
/// sums of integers are exact in any order, hence the bytes equal those of the plain loops.
/// </summary>
internal static unsafe class Avx2Passes
{
    /// <summary>Bytes that <see cref="BlendRows"/> works on at a time; it needs rows of at least that many.</summary>
    public const int ColumnBlock = 32;

    private const int LowBits = 11;
    private const int RowBlock = 4;
    private const int RowLoad = 16;

    /// <summary>
    /// Resizes along rows, four rows at a time. A load of four pixels takes 16 bytes and so runs past the end of a row; the last row is
    /// left to the caller, as are images too small for this.
    /// </summary>
    /// <returns>How many rows, from the top, are done.</returns>
    public static int ResizeRows(
        ReadOnlySpan<byte> source, int sourceStride, Span<byte> target, int targetStride, int height, FilterTaps taps)
    {
        int rows = height - 1;
        if (rows < RowBlock || sourceStride < Math.Max(RowLoad, taps.Stride * 3))
            return 0;
        fixed (byte* from = source)
        fixed (byte* to = target)
        fixed (short* split = SplitWeights(taps))
        {
            for (int y = 0; y < rows; y += RowBlock)
            {
                // The last block overlaps the one before instead of being shorter.
                int top = Math.Min(y, rows - RowBlock);
                ResizeFourRows(from + ((long)top * sourceStride), sourceStride, to + ((long)top * targetStride), targetStride, taps, split);
            }
        }

        return rows;
    }

    /// <summary>One output row of the pass along columns: the weighted sum of <c>weights.Length</c> input rows.</summary>
    public static void BlendRows(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> weights, Span<byte> target)
    {
        // Weights of two rows each, as vpmaddwd wants them; an odd last row is paired with itself and weight 0.
        int pairs = (weights.Length + 1) / 2;
        Span<int> high = pairs <= 128 ? stackalloc int[pairs] : new int[pairs];
        Span<int> low = pairs <= 128 ? stackalloc int[pairs] : new int[pairs];
        for (int i = 0; i < pairs; i++)
        {
            int second = (2 * i) + 1 < weights.Length ? weights[(2 * i) + 1] : 0;
            high[i] = Pair(High(weights[2 * i]), High(second));
            low[i] = Pair(Low(weights[2 * i]), Low(second));
        }

        fixed (byte* from = rows)
        fixed (byte* to = target)
        {
            for (int x = 0; x < stride; x += ColumnBlock)
            {
                int left = Math.Min(x, stride - ColumnBlock);
                BlendBlock(from + left, stride, weights.Length, high, low).Store(to + left);
            }
        }
    }

    private static Vector256<byte> BlendBlock(byte* from, int stride, int rows, ReadOnlySpan<int> high, ReadOnlySpan<int> low)
    {
        Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
        Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
        for (int pair = 0; pair < high.Length; pair++)
        {
            byte* row = from + (2L * pair * stride);
            Vector256<byte> a = Vector256.Load(row);
            Vector256<byte> b = (2 * pair) + 1 < rows ? Vector256.Load(row + stride) : a;
            Vector256<byte> near = Avx2.UnpackLow(a, b);
            Vector256<byte> far = Avx2.UnpackHigh(a, b);
            Vector256<short> p0 = Avx2.UnpackLow(near, default).AsInt16();
            Vector256<short> p1 = Avx2.UnpackHigh(near, default).AsInt16();
            Vector256<short> p2 = Avx2.UnpackLow(far, default).AsInt16();
            Vector256<short> p3 = Avx2.UnpackHigh(far, default).AsInt16();
            Vector256<short> h = Vector256.Create(high[pair]).AsInt16();
            Vector256<short> l = Vector256.Create(low[pair]).AsInt16();
            high0 += Avx2.MultiplyAddAdjacent(p0, h);
            high1 += Avx2.MultiplyAddAdjacent(p1, h);
            high2 += Avx2.MultiplyAddAdjacent(p2, h);
            high3 += Avx2.MultiplyAddAdjacent(p3, h);
            low0 += Avx2.MultiplyAddAdjacent(p0, l);
            low1 += Avx2.MultiplyAddAdjacent(p1, l);
            low2 += Avx2.MultiplyAddAdjacent(p2, l);
            low3 += Avx2.MultiplyAddAdjacent(p3, l);
        }

        // Packing works within 128-bit lanes, as unpacking did: the bytes come out in their order.
        Vector256<short> first = Avx2.PackSignedSaturate(Round(high0, low0), Round(high1, low1));
        Vector256<short> second = Avx2.PackSignedSaturate(Round(high2, low2), Round(high3, low3));
        return Avx2.PackUnsignedSaturate(first, second);
    }

    private static void ResizeFourRows(byte* from, int sourceStride, byte* to, int targetStride, FilterTaps taps, short* weights)
    {
        // Four pixels of 3 bytes to pairs of 16-bit words: R0 R1 G0 G1 B0 B1 - - in the lower lane, pixels 2 and 3 in the upper.
        Vector256<byte> spread = Vector256.Create(
            (byte)0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255,
            6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255);

        // Four weights to the pairs that go with them: 0 and 1 all over the lower lane, 2 and 3 over the upper.
        Vector256<byte> repeat = Vector256.Create(
            (byte)0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
            4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
        int groups = taps.Stride / 4;
        int last = taps.Count - 1;
        for (int x = 0; x <= last; x++)
        {
            Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
            Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
            byte* row0 = from + (3L * taps.Start(x));
            for (int group = 0; group < groups; group++, row0 += 12, weights += 8)
            {
                Vector256<short> h = Avx2.Shuffle(Avx2.BroadcastScalarToVector256((ulong*)weights).AsByte(), repeat).AsInt16();
                Vector256<short> l = Avx2.Shuffle(Avx2.BroadcastScalarToVector256((ulong*)(weights + 4)).AsByte(), repeat).AsInt16();
                byte* row = row0;
                Vector256<short> p = Spread(row, spread);
                high0 += Avx2.MultiplyAddAdjacent(p, h);
                low0 += Avx2.MultiplyAddAdjacent(p, l);
                p = Spread(row += sourceStride, spread);
                high1 += Avx2.MultiplyAddAdjacent(p, h);
                low1 += Avx2.MultiplyAddAdjacent(p, l);
                p = Spread(row += sourceStride, spread);
                high2 += Avx2.MultiplyAddAdjacent(p, h);
                low2 += Avx2.MultiplyAddAdjacent(p, l);
                p = Spread(row + sourceStride, spread);
                high3 += Avx2.MultiplyAddAdjacent(p, h);
                low3 += Avx2.MultiplyAddAdjacent(p, l);
            }

            Vector128<short> firstRows = Sse2.PackSignedSaturate(RoundLanes(high0, low0), RoundLanes(high1, low1));
            Vector128<short> lastRows = Sse2.PackSignedSaturate(RoundLanes(high2, low2), RoundLanes(high3, low3));
            Vector128<uint> pixels = Sse2.PackUnsignedSaturate(firstRows, lastRows).AsUInt32();
            byte* target = to + (3L * x);
            if (x < last)
            {
                // Four bytes in one store; the next pixel overwrites the fourth.
                *(uint*)target = pixels.GetElement(0);
                *(uint*)(target += targetStride) = pixels.GetElement(1);
                *(uint*)(target += targetStride) = pixels.GetElement(2);
                *(uint*)(target + targetStride) = pixels.GetElement(3);
            }
            else
            {
                StoreThreeBytes(target, pixels.GetElement(0));
                StoreThreeBytes(target += targetStride, pixels.GetElement(1));
                StoreThreeBytes(target += targetStride, pixels.GetElement(2));
                StoreThreeBytes(target + targetStride, pixels.GetElement(3));
            }
        }
    }

    private static void StoreThreeBytes(byte* target, uint pixel)
    {
        *(ushort*)target = (ushort)pixel;
        target[2] = (byte)(pixel >> 16);
    }

    private static Vector256<short> Spread(byte* pixels, Vector256<byte> order) =>
        Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(pixels), order).AsInt16();

    private static Vector256<int> Round(Vector256<int> high, Vector256<int> low) =>
        ((high << LowBits) + low + Vector256.Create(FilterTaps.Half)) >> FilterTaps.PrecisionBits;

    private static Vector128<int> RoundLanes(Vector256<int> high, Vector256<int> low)
    {
        Vector256<int> sum = (high << LowBits) + low;
        return (sum.GetLower() + sum.GetUpper() + Vector128.Create(FilterTaps.Half)) >> FilterTaps.PrecisionBits;
    }

    /// <summary>For each group of four weights their four high parts, then their four low parts.</summary>
    private static short[] SplitWeights(FilterTaps taps)
    {
        short[] split = new short[taps.Count * taps.Stride * 2];
        for (int x = 0; x < taps.Count; x++)
        {
            ReadOnlySpan<int> weights = taps.Weights(x);
            Span<short> to = split.AsSpan(x * taps.Stride * 2);
            for (int i = 0; i < weights.Length; i++)
            {
                int at = ((i & ~3) * 2) + (i & 3);
                to[at] = High(weights[i]);
                to[at + 4] = Low(weights[i]);
            }
        }

        return split;
    }

    private static short High(int weight) => (short)(weight >> LowBits);

    private static short Low(int weight) => (short)(weight & ((1 << LowBits) - 1));

    private static int Pair(short first, short second) => (ushort)first | (second << 16);
}
