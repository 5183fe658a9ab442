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
    /// <param name="step">Bytes of a pixel, 1 to 8.</param>
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
                UndoAverage(line, above, length, step);
                return true;
            case Paeth when step > sizeof(uint):
                UndoDeepPaeth(line[..length], above, step);
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
            int zeros = line[i] == 0 ? Zeros(line[i..]) : 0;
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

    private static void UndoAverage(Span<byte> line, ReadOnlySpan<byte> above, int length, int step)
    {
        if (step is not (3 or 4))
        {
            for (int i = 0; i < length; i++)
            {
                line[i] += (byte)(((i < step ? 0 : line[i - step]) + above[i]) / 2);
            }

            return;
        }

        // The bytes of a pixel side by side in a word.
        uint left = 0;
        for (int i = 0; i < length; i += step)
        {
            uint up = MemoryMarshal.Read<uint>(above[i..]);
            uint half = (left & up) + (((left ^ up) & 0xFEFEFEFE) >> 1);
            uint difference = MemoryMarshal.Read<uint>(line[i..]);
            left = ((half & 0x7F7F7F7F) + (difference & 0x7F7F7F7F)) ^ ((half ^ difference) & 0x80808080);
            line[i] = (byte)left;
            line[i + 1] = (byte)(left >> 8);
            line[i + 2] = (byte)(left >> 16);
            if (step == 4)
            {
                line[i + 3] = (byte)(left >> 24);
            }
        }
    }

    private static void UndoDeepPaeth(Span<byte> line, ReadOnlySpan<byte> above, int step)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int a = i < step ? 0 : line[i - step];
            int c = i < step ? 0 : above[i - step];
            line[i] += (byte)Predict(a, above[i], c);
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
            value |= (uint)(byte)(Predict(a, b, c) + (int)(difference >> shift)) << shift;
        }

        return value;
    }

    /// <summary>The prediction of <see cref="Paeth"/>: of the three neighbors the one nearest to left + up - above left.</summary>
    public static int Predict(int left, int up, int aboveLeft)
    {
        int toLeft = Math.Abs(up - aboveLeft);
        int toUp = Math.Abs(left - aboveLeft);
        int toAboveLeft = Math.Abs(left + up - aboveLeft - aboveLeft);
        return toLeft <= toUp && toLeft <= toAboveLeft ? left : toUp <= toAboveLeft ? up : aboveLeft;
    }
}
