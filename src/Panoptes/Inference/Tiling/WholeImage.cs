using Panoptes.Imaging;

namespace Panoptes.Inference.Tiling;

/// <summary>The whole image made small while its tiles are read: means of squares of pixels, from the top down.</summary>
internal sealed class WholeImage
{
    private const int RowsAtOnce = 32;

    private readonly ImageSize _image;
    private readonly int _factor;
    private readonly uint[] _sums; // of the row of squares that is being read
    private readonly Image _small;
    private int _next;

    /// <summary>Prepares an image.</summary>
    /// <param name="image">Its size.</param>
    /// <param name="wanted">The size that is needed at least; the result is up to twice as large.</param>
    public WholeImage(ImageSize image, ImageSize wanted)
    {
        _image = image;
        _factor = Math.Max(1, Math.Min(image.Width / Math.Max(wanted.Width, 1), image.Height / Math.Max(wanted.Height, 1)));
        _small = new Image((image.Width + _factor - 1) / _factor, (image.Height + _factor - 1) / _factor);
        _sums = new uint[_small.Width * 3];
    }

    /// <summary>The small image, once all rows are added.</summary>
    public Image Image => _next == _image.Height
        ? _small
        : throw new InvalidOperationException($"Row {_next} of {_image.Height} is missing.");

    /// <summary>Adds those rows of a band that were not added yet.</summary>
    /// <param name="regions">The image.</param>
    /// <param name="bottom">The row after the band's last.</param>
    public void AddUpTo(ImageRegions regions, int bottom)
    {
        while (_next < bottom)
        {
            int rows = Math.Min(RowsAtOnce, bottom - _next);
            Image some = regions.Read(0, _next, _image.Width, rows);
            for (int y = 0; y < rows; y++) AddRow(some.Row(y), _next + y);
            _next += rows;
        }
    }

    private void AddRow(ReadOnlySpan<byte> row, int y)
    {
        int place = 0;
        for (int x = 0; x < _image.Width; place += 3)
        {
            for (int end = Math.Min(x + _factor, _image.Width); x < end; x++)
            {
                _sums[place] += row[3 * x];
                _sums[place + 1] += row[(3 * x) + 1];
                _sums[place + 2] += row[(3 * x) + 2];
            }
        }

        if ((y + 1) % _factor != 0 && y + 1 < _image.Height) return;
        uint rows = (uint)((y % _factor) + 1);
        Span<byte> small = _small.Row(y / _factor);
        for (int i = 0; i < small.Length; i++)
        {
            uint count = rows * (uint)Math.Min(_factor, _image.Width - (i / 3 * _factor));
            small[i] = (byte)((_sums[i] + (count / 2)) / count);
        }

        Array.Clear(_sums);
    }
}
