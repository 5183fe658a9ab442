using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// The labels of an ordinary PNG, row by row: 8 bits, not interlaced, whole. Areas of one label leave little but zeros once they are
/// inflated, which is where most of the time of a decoder for photographs can be saved; all other PNGs go through <see cref="PngPixels"/>.
/// </summary>
internal sealed class PngLabelRows : LabelRows
{
    private const int RowsInBuffer = 32;
    private const int Padding = sizeof(uint); // pixels are read as words

    private readonly string _source;
    private readonly int _channels;
    private readonly int _lineLength; // a row's filter and its bytes
    private readonly PngChunks _chunks;
    private byte[] _lines; // the row above those that were inflated last, and these; zeros above the first
    private int[] _labels;
    private readonly Stream _inflater;
    private int _above; // where the last row that differs from the one above it begins in the buffer
    private int _inflated; // rows in the buffer
    private int _row; // of them, the one that is read next
    private int _rowsLeft;

    /// <summary>Begins to read.</summary>
    /// <param name="chunks">The PNG's chunks, which are disposed of in the end.</param>
    /// <param name="source">The name that messages begin with.</param>
    public PngLabelRows(PngChunks chunks, string source)
        : base(chunks.Header.Width, chunks.Header.Height)
    {
        _source = source;
        _channels = chunks.Header.Channels;
        _lineLength = 1 + (Width * _channels);
        _chunks = chunks;
        _lines = ArrayPool<byte>.Shared.Rent(((RowsInBuffer + 1) * _lineLength) + Padding);
        _lines.AsSpan(0, _lineLength).Clear();
        _labels = ArrayPool<int>.Shared.Rent(Width);
        _inflater = chunks.OpenPixels();
        _rowsLeft = Height;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Labels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_labels.Length == 0, this);
            return _labels.AsSpan(0, Width);
        }
    }

    /// <summary>Whether a PNG is of the ordinary kind.</summary>
    public static bool CanRead(PngHeader header) =>
        header is { Bits: 8, IsInterlaced: false } && header.Width <= int.MaxValue / RowsInBuffer / 8;

    /// <inheritdoc/>
    public override bool Read()
    {
        ObjectDisposedException.ThrowIf(_labels.Length == 0, this);
        if (_row == _inflated)
        {
            Inflate();
        }

        int start = (_row + 1) * _lineLength;
        Span<byte> line = _lines.AsSpan(start, _lineLength + Padding);
        byte filter = line[0];
        bool isSame = filter == PngFilters.Up && !line[1.._lineLength].ContainsAnyExcept((byte)0) && _rowsLeft < Height;
        if (!isSame)
        {
            ReadOnlySpan<byte> above = _lines.AsSpan(_above + 1, _lineLength - 1 + Padding);
            if (!PngFilters.TryUndo(filter, line[1..], above, _lineLength - 1, _channels))
            {
                throw Damaged($"filter {filter}");
            }

            ReadLabels(line[1..]);
            _above = start;
        }

        _row++;
        if (--_rowsLeft == 0)
        {
            CheckEnd();
        }

        return !isSame;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _inflater.Dispose();
        _chunks.Dispose();

        // An array that is returned twice would be rented by two.
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _lines, []));
        ArrayPool<int>.Shared.Return(Interlocked.Exchange(ref _labels, []));
    }

    private void Inflate()
    {
        _lines.AsSpan(_above, _lineLength).CopyTo(_lines);
        _above = 0;
        _inflated = Math.Min(RowsInBuffer, _rowsLeft);
        _row = 0;
        try
        {
            _inflater.ReadExactly(_lines, _lineLength, _inflated * _lineLength);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // zlib's own is one
        {
            throw Damaged(e.Message);
        }
    }

    // Reading on makes zlib compare its checksum.
    private void CheckEnd()
    {
        try
        {
            _inflater.ReadByte();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e.Message);
        }
    }

    private InputException Damaged(string why) => PngChunks.Damaged(_source, why);

    private void ReadLabels(ReadOnlySpan<byte> bytes)
    {
        Span<int> labels = _labels.AsSpan(0, Width);
        int x = 0;
        if (_channels == 3)
        {
            Vector128<byte> spread = Vector128.Create(0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, (byte)255);
            ref byte from = ref MemoryMarshal.GetReference(bytes);
            ref int to = ref MemoryMarshal.GetReference(labels);
            int end = Math.Min(labels.Length - Vector128<int>.Count, (bytes.Length - Vector128<byte>.Count) / 3);
            for (; x <= end; x += Vector128<int>.Count)
            {
                Vector128.Shuffle(Vector128.LoadUnsafe(ref from, 3 * (nuint)x), spread).AsInt32().StoreUnsafe(ref to, (nuint)x);
            }
        }

        uint mask = _channels >= 3 ? 0xFFFFFFu : 0xFF; // alpha is ignored
        for (; x < labels.Length; x++)
        {
            labels[x] = (int)(MemoryMarshal.Read<uint>(bytes[(_channels * x)..]) & mask);
        }
    }
}
