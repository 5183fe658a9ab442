using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Panoptes.Imaging.Codecs;

/// <summary>Filters rows for writing: of the filters, the one whose bytes have the smallest sum (PNG specification, 12.8).</summary>
internal static class PngFilterChoice
{
    /// <summary>The rows that <see cref="Apply"/> needs room for.</summary>
    public const int Candidates = 4;

    /// <summary>Filters a row.</summary>
    /// <param name="line">The row.</param>
    /// <param name="above">The row above it, zeros for the first.</param>
    /// <param name="step">Bytes of a pixel.</param>
    /// <param name="filter">Whether to filter at all; indices of a palette are written as they are.</param>
    /// <param name="room">Room for <see cref="Candidates"/> rows, each with the byte of its filter.</param>
    /// <returns>The filter's number and the filtered row, somewhere in <paramref name="room"/>.</returns>
    public static ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> line, ReadOnlySpan<byte> above, int step, bool filter, Span<byte> room)
    {
        int length = line.Length + 1;
        Span<byte> best = room[..length];
        best[0] = PngFilters.None;
        line.CopyTo(best[1..]);
        if (!filter)
            return best;
        long least = Sum(line);
        ReadOnlySpan<byte> filters = [PngFilters.Sub, PngFilters.Up, PngFilters.Paeth];
        for (int i = 0; i < filters.Length && least > 0; i++)
        {
            Span<byte> candidate = room.Slice((i + 1) * length, length);
            candidate[0] = filters[i];
            Filter(filters[i], line, above, step, candidate[1..]);
            long sum = Sum(candidate[1..]);
            if (sum < least)
            {
                best = candidate;
                least = sum;
            }
        }

        return best;
    }

    private static void Filter(byte filter, ReadOnlySpan<byte> line, ReadOnlySpan<byte> above, int step, Span<byte> result)
    {
        // The first pixel has none on its left.
        for (int i = 0; i < step; i++)
            result[i] = (byte)(line[i] - (filter == PngFilters.Sub ? 0 : above[i]));
        int at = step;
        ref byte current = ref MemoryMarshal.GetReference(line);
        ref byte up = ref MemoryMarshal.GetReference(above);
        ref byte to = ref MemoryMarshal.GetReference(result);
        for (; at + Vector128<byte>.Count <= line.Length; at += Vector128<byte>.Count)
        {
            Vector128<byte> here = Vector128.LoadUnsafe(ref current, (nuint)at);
            Vector128<byte> a = Vector128.LoadUnsafe(ref current, (nuint)(at - step));
            Vector128<byte> b = Vector128.LoadUnsafe(ref up, (nuint)at);
            Vector128<byte> c = Vector128.LoadUnsafe(ref up, (nuint)(at - step));
            Vector128<byte> predicted = filter switch { PngFilters.Sub => a, PngFilters.Up => b, _ => Predict(a, b, c) };
            (here - predicted).StoreUnsafe(ref to, (nuint)at);
        }

        for (; at < line.Length; at++)
        {
            int predicted = filter switch
            {
                PngFilters.Sub => line[at - step],
                PngFilters.Up => above[at],
                _ => PngFilters.Predict(line[at - step], above[at], above[at - step]),
            };
            result[at] = (byte)(line[at] - predicted);
        }
    }

    private static Vector128<byte> Predict(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) => Vector128.Narrow(
        Predict(Vector128.WidenLower(a).AsInt16(), Vector128.WidenLower(b).AsInt16(), Vector128.WidenLower(c).AsInt16()).AsUInt16(),
        Predict(Vector128.WidenUpper(a).AsInt16(), Vector128.WidenUpper(b).AsInt16(), Vector128.WidenUpper(c).AsInt16()).AsUInt16());

    private static Vector128<short> Predict(Vector128<short> a, Vector128<short> b, Vector128<short> c)
    {
        Vector128<short> toA = Vector128.Abs(b - c);
        Vector128<short> toB = Vector128.Abs(a - c);
        Vector128<short> toC = Vector128.Abs(a + b - c - c);
        Vector128<short> isA = Vector128.LessThanOrEqual(toA, toB) & Vector128.LessThanOrEqual(toA, toC);
        return Vector128.ConditionalSelect(isA, a, Vector128.ConditionalSelect(Vector128.LessThanOrEqual(toB, toC), b, c));
    }

    // Bytes count as signed numbers: small differences of either sign compress well.
    private static long Sum(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        int at = 0;
        ref byte from = ref MemoryMarshal.GetReference(bytes);
        while (at + Vector128<byte>.Count <= bytes.Length)
        {
            Vector128<ushort> sums = default;
            int end = Math.Min(bytes.Length - Vector128<byte>.Count, at + (128 * Vector128<byte>.Count));
            for (; at <= end; at += Vector128<byte>.Count)
            {
                Vector128<byte> size = Vector128.Abs(Vector128.LoadUnsafe(ref from, (nuint)at).AsSByte()).AsByte();
                sums += Vector128.WidenLower(size) + Vector128.WidenUpper(size);
            }

            sum += Vector128.Sum(Vector128.WidenLower(sums)) + Vector128.Sum(Vector128.WidenUpper(sums));
        }

        for (; at < bytes.Length; at++)
            sum += Math.Abs((int)(sbyte)bytes[at]);
        return sum;
    }
}
