using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>Bytes to normalized floats: <c>(value − mean) / std</c> for each of three planes, from a table of 256 entries each.</summary>
internal sealed class Normalization
{
    private readonly float[][] _tables = new float[3][];
    private readonly int[] _sources;

    public Normalization(InputConfig input)
    {
        _sources = input.ChannelOrder == ChannelOrder.Rgb ? [0, 1, 2] : [2, 1, 0];
        for (int plane = 0; plane < 3; plane++)
        {
            float mean = (float)input.Mean[plane], std = (float)input.Std[plane];
            _tables[plane] = new float[256];
            for (int value = 0; value < 256; value++)
                _tables[plane][value] = (value - mean) / std;
        }
    }

    /// <summary>Writes three planes of the padded size, the image at the top left, zeros elsewhere.</summary>
    public void Write(Image image, bool mirror, Span<float> planes, int width, int height)
    {
        for (int plane = 0; plane < 3; plane++)
        {
            ReadOnlySpan<float> table = _tables[plane];
            Span<float> target = planes.Slice(plane * width * height, width * height);
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> source = image.Row(y)[_sources[plane]..];
                Span<float> row = target.Slice(y * width, width);
                if (mirror)
                {
                    for (int x = image.Width - 1, at = 0; x >= 0; x--, at += 3)
                        row[x] = table[source[at]];
                }
                else
                {
                    for (int x = 0, at = 0; x < image.Width; x++, at += 3)
                        row[x] = table[source[at]];
                }
                row[image.Width..].Clear();
            }
            target[(image.Height * width)..].Clear();
        }
    }
}
