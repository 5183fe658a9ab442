using System.Numerics;

namespace Panoptes.Masks;

/// <summary>
/// A binary mask as bits, row by row: pixel <c>(x, y)</c> is bit <c>x % 64</c> of word <c>x / 64</c> in row <c>y</c>. Bits beyond
/// the width are 0.
/// </summary>
/// <remarks>For pixel access and for work on rows; <see cref="Rle"/> is the form to keep and to exchange.</remarks>
public sealed class Bitmask
{
    // 1 GiB: a mask of the most pixels that there can be takes a quarter of it, unless its rows are a few pixels wide.
    private const int MostWords = 1 << 27;

    private readonly ulong[] _words;

    /// <summary>Makes a mask without foreground.</summary>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="InputException">A side is negative, or there are too many pixels.</exception>
    public Bitmask(int height, int width)
    {
        RunLengths.PixelCount(height, width);
        Height = height;
        Width = width;
        WordsPerRow = (int)(((long)width + 63) / 64);
        long words = (long)height * WordsPerRow;
        _words = words <= MostWords
            ? new ulong[words]
            : throw InputException.InContent(
                null,
                $"A mask of {height} rows and {width} columns cannot be held as rows of bits.",
                InputErrorKind.TooLarge);
    }

    /// <summary>Rows of the mask.</summary>
    public int Height { get; }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; }

    /// <summary>64-bit words in each row.</summary>
    public int WordsPerRow { get; }

    /// <summary>Number of foreground pixels.</summary>
    public long Area
    {
        get
        {
            long area = 0;
            foreach (ulong word in _words)
            {
                area += BitOperations.PopCount(word);
            }

            return area;
        }
    }

    /// <summary>Gets or sets the pixel in row <paramref name="y"/>, column <paramref name="x"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pixel lies outside of the mask.</exception>
    public bool this[int y, int x]
    {
        get => (_words[Index(y, x)] >> (x & 63) & 1) != 0;
        set
        {
            ref ulong word = ref _words[Index(y, x)];
            word = value ? word | (1UL << (x & 63)) : word & ~(1UL << (x & 63));
        }
    }

    /// <summary>The words of row <paramref name="y"/>; bits beyond the width must stay 0.</summary>
    public Span<ulong> Row(int y) => _words.AsSpan(y * WordsPerRow, WordsPerRow);

    /// <summary>Makes a mask from bytes, one for each pixel, row by row; any value but 0 is foreground.</summary>
    /// <param name="rowMajor">At least <c>height * width</c> bytes without padding between rows.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static Bitmask FromMask(ReadOnlySpan<byte> rowMajor, int height, int width)
    {
        Bitmask mask = new(height, width);
        RequireLength(rowMajor.Length, height, width);
        for (int y = 0; y < height && width > 0; y++)
        {
            BytePacking.Pack(rowMajor.Slice(y * width, width), mask.Row(y));
        }

        return mask;
    }

    /// <summary>Draws a run-length mask.</summary>
    public static Bitmask FromRle(Rle rle)
    {
        ArgumentNullException.ThrowIfNull(rle);
        // Mark where each column's value changes, then carry the changes down, a whole row of bits at a time.
        Bitmask mask = new(rle.Height, rle.Width);
        ulong[] words = mask._words;
        int stride = mask.WordsPerRow;
        foreach (ColumnRun run in rle.EnumerateColumnRuns())
        {
            int word = run.X >> 6;
            ulong bit = 1UL << (run.X & 63);
            words[(run.Top * stride) + word] ^= bit;
            if (run.Bottom < rle.Height)
            {
                words[(run.Bottom * stride) + word] ^= bit;
            }
        }

        for (int i = stride; i < words.Length; i++)
        {
            words[i] ^= words[i - stride];
        }

        return mask;
    }

    /// <summary>Encodes the mask as run lengths.</summary>
    public Rle ToRle() => Rle.FromBitmask(this);

    /// <summary>Writes the mask as bytes, row by row: <paramref name="foreground"/> for foreground, 0 for background.</summary>
    /// <param name="rowMajor">At least <c>Height * Width</c> bytes; the first that many are overwritten.</param>
    /// <param name="foreground">The value of foreground.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void ToMask(Span<byte> rowMajor, byte foreground = 1)
    {
        RequireLength(rowMajor.Length, Height, Width);
        for (int y = 0; y < Height && Width > 0; y++)
        {
            BytePacking.Unpack(Row(y), rowMajor.Slice(y * Width, Width), foreground);
        }
    }

    /// <summary>Adds the foreground of <paramref name="other"/> to this mask.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void UnionWith(Bitmask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>Keeps only the foreground that <paramref name="other"/> has too.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void IntersectWith(Bitmask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] &= other._words[i];
        }
    }

    /// <summary>Takes the foreground of <paramref name="other"/> away from this mask.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void ExceptWith(Bitmask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] &= ~other._words[i];
        }
    }

    /// <summary>Number of pixels that are foreground in both masks.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public long IntersectionArea(Bitmask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        long area = 0;
        for (int i = 0; i < _words.Length; i++)
        {
            area += BitOperations.PopCount(_words[i] & other._words[i]);
        }

        return area;
    }

    /// <summary>Lists every place where a column changes, row by row; the row below the last counts as background.</summary>
    internal void CollectToggles(ToggleList toggles)
    {
        for (int i = 0; i < _words.Length + WordsPerRow; i++)
        {
            ulong above = i >= WordsPerRow ? _words[i - WordsPerRow] : 0;
            ulong changes = (i < _words.Length ? _words[i] : 0) ^ above;
            while (changes != 0)
            {
                int x = (i % WordsPerRow * 64) + BitOperations.TrailingZeroCount(changes);
                toggles.Add(x, i / WordsPerRow);
                changes &= changes - 1;
            }
        }
    }

    private static void RequireLength(int length, int height, int width)
    {
        if (length < height * width)
        {
            throw new ArgumentException($"A mask of {height}x{width} needs {height * width} bytes, not {length}.", nameof(length));
        }
    }

    private int Index(int y, int x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        return (y * WordsPerRow) + (x >> 6);
    }

    private void RequireSameSize(Bitmask other)
    {
        if (Height != other.Height || Width != other.Width)
        {
            throw new ArgumentException(
                $"Masks of one size are needed, not {Height}x{Width} and {other.Height}x{other.Width} (rows x columns).", nameof(other));
        }
    }
}
