using System.Runtime.InteropServices;
using NetVips;
using VipsImage = NetVips.Image;

namespace Panoptes.Imaging.Codecs;

/// <summary>Rows of a file through libvips, from the top down; where a row is above the last one, the file is opened again.</summary>
internal sealed class VipsRows : IDisposable
{
    private const int StripRows = 16;

    private readonly string _path;
    private readonly ImageFormat _format;
    private readonly DecodeOptions _options;
    private readonly List<string> _warnings = [];
    private readonly int _bands;
    private readonly bool _isCmyk;
    private readonly int _sampleStride; // bytes of a row
    private readonly byte[] _samples = []; // of a strip
    private readonly byte[] _high = []; // their upper bytes, where they have 16 bits
    private readonly int _shift; // of samples with 16 bits
    private Source? _input;
    private VipsImage? _image;
    private int _next;

    /// <summary>Opens the file and reads its header; one of 16 bits is read until its range is known.</summary>
    /// <exception cref="InputException">It is damaged, or has pixels that are not supported.</exception>
    public VipsRows(string path, ImageFormat format, DecodeOptions options)
    {
        (_path, _format, _options) = (path, format, options);
        try
        {
            VipsImage image = Reopen();
            Size = new ImageSize(image.Width, image.Height);
            VipsDecoder.CheckPixels(image, path);
            VipsDecoder.WarnOfPages(image, format, path, _warnings);
            bool isDeep = image.Format == Enums.BandFormat.Ushort;
            (_bands, _isCmyk) = (image.Bands, image.Interpretation == Enums.Interpretation.Cmyk);
            _sampleStride = checked(Size.Width * _bands * (isDeep ? sizeof(ushort) : 1));
            _samples = new byte[checked(_sampleStride * StripRows)];
            if (!isDeep) return;
            _high = new byte[_samples.Length / sizeof(ushort)];
            _shift = FindShift();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The size as it is stored.</summary>
    public ImageSize Size { get; }

    /// <summary>What users should be told.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads rows as RGB.</summary>
    /// <param name="top">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="rgb">Takes them.</param>
    /// <exception cref="InputException">The file is damaged.</exception>
    public void Read(int top, int count, Span<byte> rgb)
    {
        int stride = Size.Width * 3;
        for (int y = top; y < top + count;)
        {
            int rows = Math.Min(StripRows, top + count - y);
            ReadStrip(y, rows);
            Span<byte> target = rgb.Slice((y - top) * stride, rows * stride);
            ToRgb(_samples.AsSpan(0, rows * _sampleStride), target);
            y += rows;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _image?.Dispose();
        _input?.Dispose();
        (_image, _input) = (null, null);
    }

    private VipsImage Reopen() => VipsDecoder.Guard(_format, _path, () =>
    {
        Dispose();
        _next = 0;
        _input = Source.NewFromFile(_path);
        return _image = VipsDecoder.Open(_input, _format, _options, shrink: 1);
    });

    private void ReadStrip(int top, int rows) => VipsDecoder.Guard(_format, _path, () =>
    {
        VipsImage image = top < _next || _image is null ? Reopen() : _image;
        if (image.Width != Size.Width || image.Height != Size.Height)
            throw new InputException(InputErrorKind.Damaged, _path, null, "the file has changed while it was read.");
        for (int y = _next; y < top; y += StripRows) Prepare(image, y, Math.Min(StripRows, top - y));
        Prepare(image, top, rows);
        _next = top + rows;
        return true;
    });

    /// <summary>Reads rows into the samples. A region of libvips belongs to the thread that makes it, and reading may go on on another
    /// thread: so there is one for each strip.</summary>
    private unsafe void Prepare(VipsImage image, int top, int rows)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        fixed (byte* memory = _samples)
        {
            using VipsImage target = VipsImage.NewFromMemory(
                (nint)memory, (ulong)(rows * _sampleStride), Size.Width, rows, image.Bands, image.Format);
            using Region to = Region.New(target);
            using Region from = Region.New(image);
            VipsLibrary.Area area = new() { Top = top, Width = Size.Width, Height = rows };
            if (!VipsLibrary.Attach(to, new VipsLibrary.Area { Width = Size.Width, Height = rows })
                || !VipsLibrary.TryPrepare(from, to, area, 0))
            {
                throw new VipsException("");
            }
        }
    }

    private void ToRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        if (_bands == 3 && _shift == 0)
        {
            samples.CopyTo(rgb);
            return;
        }

        if (_shift > 0)
        {
            ReadOnlySpan<ushort> deep = MemoryMarshal.Cast<byte, ushort>(samples);
            Span<byte> high = _high.AsSpan(0, deep.Length);
            for (int i = 0; i < high.Length; i++)
                high[i] = (byte)(deep[i] >> _shift);
            samples = high;
        }

        SampleConversion.ToRgb(samples, _bands, _isCmyk, rgb);
    }

    /// <summary>As in <see cref="SixteenBits"/>: 12 bits where no value is above 4095, which only reading all of them shows.</summary>
    private int FindShift()
    {
        int largest = _isCmyk ? int.MaxValue : 0;
        VipsDecoder.Guard(_format, _path, () =>
        {
            for (int y = 0; y < Size.Height && !SixteenBits.IsDeep(largest); y += StripRows)
            {
                int rows = Math.Min(StripRows, Size.Height - y);
                Prepare(_image!, y, rows);
                ReadOnlySpan<byte> strip = _samples.AsSpan(0, rows * _sampleStride);
                largest = Math.Max(largest, SixteenBits.Largest(MemoryMarshal.Cast<byte, ushort>(strip), _bands));
            }

            return true;
        });
        SixteenBits.Warn(largest, _path, _warnings);
        Reopen();
        return SixteenBits.ShiftOf(largest, _isCmyk);
    }
}
