using System.Runtime.InteropServices;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>
/// The masks of a batch's instances in two forms: a bit for every input pixel, and bytes at the resolution of the mask loss inside each
/// instance's crop. Both are kept only where an instance is.
/// </summary>
/// <remarks>Its buffers grow to the largest batch seen and are used again: hold no span beyond the batch's life.</remarks>
internal sealed class InstanceMasks
{
    private readonly List<BitWindow> _windows = [];
    private readonly List<MaskCrop> _crops = [];
    private ulong[] _words = [];
    private byte[] _targets = [];
    private int _wordCount;
    private int _targetCount;

    internal InstanceMasks()
    {
    }

    /// <summary>Number of instances.</summary>
    public int Count => _windows.Count;

    /// <summary>For each instance the part of the target grid that its values in <see cref="Targets"/> cover: B_k.</summary>
    public ReadOnlySpan<MaskCrop> Crops => CollectionsMarshal.AsSpan(_crops);

    /// <summary>The target masks, 0 or 1, crop after crop, in the order of <see cref="Crops"/>; the array is pinned.</summary>
    public ReadOnlyMemory<byte> Targets => _targets.AsMemory(0, _targetCount);

    /// <summary>Whether a pixel of the padded input belongs to an instance; false anywhere outside the image.</summary>
    /// <param name="instance">The instance's position in the batch.</param>
    /// <param name="x">Column; any number.</param>
    /// <param name="y">Row; any number.</param>
    public bool Contains(int instance, int x, int y)
    {
        ref readonly BitWindow window = ref CollectionsMarshal.AsSpan(_windows)[instance];
        uint column = (uint)(x - window.Left), row = (uint)(y - window.Top);
        if (column >= (uint)window.Width || row >= (uint)window.Height)
            return false;
        ulong word = _words[window.FirstWord + (int)row * window.WordsPerRow + (int)(column >> 6)];
        return (word >> (int)(column & 63) & 1) != 0;
    }

    /// <summary>
    /// Copies any rectangle of an instance's target mask, such as the whole grid; points outside its crop are 0.
    /// </summary>
    /// <param name="instance">The instance's position in the batch.</param>
    /// <param name="x">Left column of the rectangle.</param>
    /// <param name="y">Top row of the rectangle.</param>
    /// <param name="width">Columns of the rectangle.</param>
    /// <param name="height">Rows of the rectangle.</param>
    /// <param name="destination">Receives <paramref name="width"/> x <paramref name="height"/> values, row by row.</param>
    public void CopyTarget(int instance, int x, int y, int width, int height, Span<byte> destination)
    {
        destination = destination[..(width * height)];
        destination.Clear();
        MaskCrop crop = Crops[instance];
        int left = Math.Max(x, crop.X), right = Math.Min(x + width, crop.X + crop.Width);
        for (int row = Math.Max(y, crop.Y); row < Math.Min(y + height, crop.Y + crop.Height) && left < right; row++)
        {
            _targets.AsSpan(crop.Offset + (row - crop.Y) * crop.Width + left - crop.X, right - left)
                .CopyTo(destination[((row - y) * width + left - x)..]);
        }
    }

    internal void Clear()
    {
        _windows.Clear();
        _crops.Clear();
        _wordCount = _targetCount = 0;
    }

    /// <summary>Adds an instance.</summary>
    /// <param name="mask">Its mask at the input's size, without padding; not empty.</param>
    /// <param name="box">Its box, in input pixels.</param>
    /// <param name="gridWidth">Columns of the padded target grid.</param>
    /// <param name="gridHeight">Rows of the padded target grid.</param>
    /// <param name="options">Stride, rule and crop of the target.</param>
    internal void Add(Rle mask, Box box, int gridWidth, int gridHeight, LoaderOptions options)
    {
        BitWindow window = AddBits(mask);
        MaskCrop crop = MaskCrop.Around(box, options.BoxExpand, options.MaskStride, gridWidth, gridHeight, _targetCount);
        Buffers.Grow(ref _targets, _targetCount, _targetCount + crop.Area);
        _targetCount += crop.Area;
        Span<byte> target = _targets.AsSpan(crop.Offset, crop.Area);
        _crops.Add(crop);
        if (options.MaskStride == 1)
            Sample(crop, target);
        else
            Reduce(window, crop, options.MaskStride, options.MaskTarget, target);
    }

    private BitWindow AddBits(Rle mask)
    {
        Box bounds = mask.Bounds;
        int left = (int)bounds.X1, top = (int)bounds.Y1, width = (int)bounds.X2 - left, height = (int)bounds.Y2 - top;
        BitWindow window = new(left, top, width, height, _wordCount, (width + 63) / 64);
        Buffers.Grow(ref _words, _wordCount, _wordCount + height * window.WordsPerRow);
        Span<ulong> words = _words.AsSpan(_wordCount, height * window.WordsPerRow);
        _wordCount += words.Length;
        words.Clear();
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            int column = run.X - left;
            ulong bit = 1ul << (column & 63);
            int at = (run.Top - top) * window.WordsPerRow + (column >> 6);
            for (int y = run.Top; y < run.Bottom; y++, at += window.WordsPerRow)
                words[at] |= bit;
        }
        _windows.Add(window);
        return window;
    }

    private void Sample(MaskCrop crop, Span<byte> target)
    {
        int last = _windows.Count - 1;
        for (int i = 0; i < crop.Height; i++)
        {
            for (int j = 0; j < crop.Width; j++)
                target[i * crop.Width + j] = Contains(last, crop.X + j, crop.Y + i) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>
    /// Bilinear reduction (pixel centers aligned, no antialiasing) by an even stride s looks at the four pixels
    /// (s·i + s/2 − 1, s·i + s/2) x (the same of j) with equal weights. Any: their mean is above 0; half: above 0.5, or at 0.5 if the
    /// lower right one belongs to the mask: an outline then moves neither inwards nor outwards on average.
    /// </summary>
    private void Reduce(BitWindow window, MaskCrop crop, int stride, MaskTarget rule, Span<byte> target)
    {
        target.Clear();
        // Only the points whose pixels the window touches.
        int first = Math.Max(crop.X, (window.Left - stride / 2) / stride);
        int end = Math.Min(crop.X + crop.Width, (window.Left + window.Width - 1) / stride + 1);
        for (int i = crop.Y; i < crop.Y + crop.Height; i++)
        {
            ReadOnlySpan<ulong> upper = Row(window, stride * i + stride / 2 - 1);
            ReadOnlySpan<ulong> lower = Row(window, stride * i + stride / 2);
            if (upper.IsEmpty && lower.IsEmpty)
                continue;
            Span<byte> row = target.Slice((i - crop.Y) * crop.Width, crop.Width);
            for (int j = first; j < end; j++)
            {
                int column = stride * j + stride / 2 - 1 - window.Left;
                int count = Bit(upper, column) + Bit(upper, column + 1) + Bit(lower, column) + Bit(lower, column + 1);
                bool isForeground = rule == MaskTarget.Any ? count > 0 : count > 2 || (count == 2 && Bit(lower, column + 1) != 0);
                row[j - crop.X] = isForeground ? (byte)1 : (byte)0;
            }
        }

        if (rule == MaskTarget.Half && !target.Contains((byte)1))
            MarkTouched(window, crop, stride, target);
    }

    /// <summary>
    /// The points that any pixel of the mask lies in: for an object so thin that it fills no half of one. Without a point it would count
    /// as background everywhere, and the loss would push its own pixels away from it.
    /// </summary>
    private void MarkTouched(BitWindow window, MaskCrop crop, int stride, Span<byte> target)
    {
        for (int y = window.Top; y < window.Top + window.Height; y++)
        {
            int i = y / stride - crop.Y;
            if (i < 0 || i >= crop.Height)
                continue;
            ReadOnlySpan<ulong> bits = Row(window, y);
            for (int x = window.Left; x < window.Left + window.Width; x++)
            {
                int j = x / stride - crop.X;
                if (j >= 0 && j < crop.Width && Bit(bits, x - window.Left) != 0)
                    target[i * crop.Width + j] = 1;
            }
        }
    }

    private ReadOnlySpan<ulong> Row(BitWindow window, int y)
    {
        uint row = (uint)(y - window.Top);
        return row < (uint)window.Height
            ? _words.AsSpan(window.FirstWord + (int)row * window.WordsPerRow, window.WordsPerRow)
            : default;
    }

    private static int Bit(ReadOnlySpan<ulong> row, int column)
    {
        int word = column >> 6;
        return (uint)word < (uint)row.Length ? (int)(row[word] >> (column & 63) & 1) : 0;
    }

    private readonly record struct BitWindow(int Left, int Top, int Width, int Height, int FirstWord, int WordsPerRow);
}
