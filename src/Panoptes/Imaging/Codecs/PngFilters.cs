using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Panoptes.Imaging.Codecs;

/// <summary>Undoes the filters of PNG rows (PNG specification, 9.2).</summary>
internal static class PngFilters
{
    public const byte None = 0;
    public const byte Sub = 1;
    public const byte Up = 2;
    public const byte Average = 3;
    public const byte Paeth = 4;

    /// <summary>Turns a filtered row into the row; false where there is no such filter.</summary>
    /// <param name="filter">The filter's number.</param>
    /// <param name="line">The filtered bytes and, behind them, at least three more.</param>
    /// <param name="above">The row above, zeros for the first, and at least three bytes more.</param>
    /// <param name="length">Bytes of the row.</param>
    /// <param name="step">Bytes of a pixel, 1 to 4.</param>
    public static bool TryUndo(byte filter, Span<byte> line, ReadOnlySpan<byte> above, int length, int step)
    {
        switch (filter)
        {
            case None:
                return true;
            case Sub:
                UndoSub(line[..length], step);
                return true;
            case Up:
                UndoUp(line[..length], above[..length]);
                return true;
            case Average:
                for (int i = 0; i < length; i++)
                {
                    line[i] += (byte)(((i < step ? 0 : line[i - step]) + above[i]) / 2);
                }

                return true;
            case Paeth:
                UndoPaeth(line, above, length, step);
                return true;
            default:
                return false;
        }
    }

    private static void UndoSub(Span<byte> line, int step)
    {
        for (int i = step; i < line.Length;)
        {
            int zeros = Zeros(line[i..]);
            if (zeros < 4 * step)
            {
                line[i] += line[i - step];
                i++;
                continue;
            }

            // The pixel before goes on: what is there already is copied behind it, twice as much each time.
            Span<byte> area = line.Slice(i - step, step + zeros);
            for (int filled = step; filled < area.Length; filled *= 2)
            {
                area[..Math.Min(filled, area.Length - filled)].CopyTo(area[filled..]);
            }

            i += zeros;
        }
    }

    private static void UndoUp(Span<byte> line, ReadOnlySpan<byte> above)
    {
        int i = 0;
        ref byte to = ref MemoryMarshal.GetReference(line);
        ref byte from = ref MemoryMarshal.GetReference(above);
        for (; i + Vector256<byte>.Count <= Math.Min(line.Length, above.Length); i += Vector256<byte>.Count)
        {
            (Vector256.LoadUnsafe(ref to, (nuint)i) + Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < line.Length; i++)
        {
            line[i] += above[i];
        }
    }

    private static void UndoPaeth(Span<byte> line, ReadOnlySpan<byte> above, int length, int step)
    {
        uint pixel = uint.MaxValue >> (8 * (sizeof(uint) - step));
        uint left = 0;
        uint aboveLeft = 0;
        for (int i = 0; i < length;)
        {
            uint up = MemoryMarshal.Read<uint>(above[i..]) & pixel;
            uint difference = MemoryMarshal.Read<uint>(line[i..]) & pixel;
            if (difference == 0 && left == aboveLeft)
            {
                // The prediction is the pixel above, and remains so as long as zeros follow: within an area, and along its edges.
                int zeros = Zeros(line[i..length]) / step * step;
                above.Slice(i, zeros).CopyTo(line[i..]);
                i += zeros;
                left = aboveLeft = MemoryMarshal.Read<uint>(above[(i - step)..]) & pixel;
                continue;
            }

            // Below an area with another above it, the prediction is the pixel on the left.
            left = difference == 0 && up == aboveLeft ? left : PaethOf(left, up, aboveLeft, difference, step);
            aboveLeft = up;
            for (int channel = 0; channel < step; channel++)
            {
                line[i++] = (byte)(left >> (8 * channel));
            }
        }
    }

    private static int Zeros(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAnyExcept((byte)0);
        return end < 0 ? bytes.Length : end;
    }

    private static uint PaethOf(uint left, uint up, uint aboveLeft, uint difference, int step)
    {
        uint value = 0;
        for (int shift = 0; shift < 8 * step; shift += 8)
        {
            int a = (byte)(left >> shift);
            int b = (byte)(up >> shift);
            int c = (byte)(aboveLeft >> shift);
            int toA = Math.Abs(b - c);
            int toB = Math.Abs(a - c);
            int toC = Math.Abs(a + b - c - c);
            int predicted = toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
            value |= (uint)(byte)(predicted + (int)(difference >> shift)) << shift;
        }

        return value;
    }
}
