using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>
/// An image that is read in regions and never decoded as a whole: TIFF (striped or tiled), JPEG and PNG of any size that a mask can have.
/// </summary>
/// <remarks>
/// <para>Rows are decoded from the top down and held as a band, as high as the region that was read last. So regions of one height are
/// cheap from left to right and from the top down, in whatever way the file is laid out; a region that begins above the band begins
/// again with the file's first row. Memory is the band, 3 bytes a pixel, and what the decoder needs for a few rows.</para>
/// <para>Files whose decoders hold all pixels (progressive JPEG, interlaced PNG, WebP, GIF, AVIF, BMP) and those whose orientation turns
/// them are decoded as a whole, within <see cref="InputLimits.MaxPixels"/>; the others within
/// <see cref="InputLimits.MaxTiledPixels"/>. Pixels are those of <see cref="Image.Load(string, DecodeOptions?)"/>.</para>
/// <para>It may be used by several threads, one at a time.</para>
/// </remarks>
public sealed class ImageRegions : IDisposable
{
    private readonly Lock _lock = new();
    private readonly VipsRows? _rows;
    private readonly Image? _whole;
    private byte[] _band = [];
    private int _top;
    private int _count;

    private ImageRegions(Image whole) => (_whole, Size, Warnings) = (whole, whole.Size, whole.Warnings);

    private ImageRegions(VipsRows rows) => (_rows, Size, Warnings) = (rows, rows.Size, rows.Warnings);

    /// <summary>The image's size, upright.</summary>
    public ImageSize Size { get; }

    /// <summary>What the file's reader noticed; see <see cref="Image.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Whether all pixels are in memory.</summary>
    public bool IsWhole => _whole is not null;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>. <see cref="DecodeOptions.MinShortSide"/> and
    /// <see cref="DecodeOptions.AcceptTruncated"/> do not count here.</param>
    /// <exception cref="InputException">The file cannot be read, is not an image, is damaged, or is too large.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message names the package.</exception>
    public static ImageRegions Open(string path, DecodeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? DecodeOptions.Default) with { MinShortSide = 0, AcceptTruncated = false };
        return RegionFile.Open(path, options) is { } rows ? new ImageRegions(rows) : new ImageRegions(Image.Load(path, options));
    }

    /// <summary>Reads regions of an image in memory.</summary>
    /// <param name="image">The image.</param>
    public static ImageRegions Of(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageRegions(image);
    }

    /// <summary>Reads a region.</summary>
    /// <param name="x">Its first column.</param>
    /// <param name="y">Its first row.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1; all regions read from one band should have about the same.</param>
    /// <returns>A new image of the region's size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The region reaches over the image.</exception>
    /// <exception cref="InputException">The file is damaged here or above, or a band of this height is too large for memory.</exception>
    public Image Read(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Size.Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Size.Height - y);
        Image region = Image.Uninitialized(width, height);
        lock (_lock)
        {
            if (_whole is null) Hold(y, height);
            for (int row = 0; row < height; row++)
            {
                ReadOnlySpan<byte> from = _whole is null
                    ? _band.AsSpan((y + row - _top) * Size.Width * 3, Size.Width * 3)
                    : _whole.Row(y + row);
                from.Slice(3 * x, 3 * width).CopyTo(region.Row(row));
            }
        }

        return region;
    }

    /// <inheritdoc/>
    public void Dispose() => _rows?.Dispose();

    /// <summary>Makes the band hold some rows, keeping those of them that it has.</summary>
    private void Hold(int top, int count)
    {
        if (top >= _top && top + count <= _top + _count) return;
        long needed = 3L * Size.Width * count;
        if (needed > Array.MaxLength)
        {
            throw InputException.InContent(
                null,
                $"{count} rows of an image of {Size} pixels are too many for memory. Read smaller regions.",
                InputErrorKind.TooLarge);
        }

        int stride = Size.Width * 3;
        int kept = top >= _top && top < _top + _count ? _top + _count - top : 0;
        byte[] band = _band.Length >= needed ? _band : GC.AllocateUninitializedArray<byte>((int)needed);
        _band.AsSpan((kept == 0 ? 0 : top - _top) * stride, kept * stride).CopyTo(band);
        (_band, _top, _count) = (band, top, 0); // holds nothing should reading fail
        _rows!.Read(top + kept, count - kept, band.AsSpan(kept * stride, (count - kept) * stride));
        _count = count;
    }
}
