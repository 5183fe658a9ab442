using System.Buffers;
using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>Samples of a PNG's rows: to colors, or to labels.</summary>
internal static class PngSamples
{
    /// <summary>Reads an image of up to 8 bits a channel. Alpha and transparency are ignored.</summary>
    public static void ReadColors(PngChunks chunks, Image image, string source, CancellationToken cancellationToken)
    {
        PngHeader header = chunks.Header;
        if (header is { Bits: 8, ColorType: PngHeader.Rgb, IsInterlaced: false })
        {
            PngPixels.Read(chunks, source, (samples, place) => samples.CopyTo(image.Row(place.Y)), cancellationToken);
            return;
        }

        byte[] palette = header.ColorType == PngHeader.Indexed ? FullPalette(chunks.Palette) : GrayPalette(header.Bits);
        int channels = header.Channels;
        PngPixels.Read(chunks, source, (samples, place) =>
        {
            Span<byte> row = image.Row(place.Y);
            for (int i = 0, to = 3 * place.X; i < place.Count; i++, to += 3 * place.Step)
            {
                ReadOnlySpan<byte> color = channels >= 3
                    ? samples.Slice(i * channels, 3)
                    : palette.AsSpan(3 * Sample(samples, i, header.Bits, channels), 3);
                row[to] = color[0];
                row[to + 1] = color[1];
                row[to + 2] = color[2];
            }
        }, cancellationToken);
    }

    /// <summary>Reads an image of 16 bits a channel.</summary>
    public static void ReadDeepColors(
        PngChunks chunks, Image image, string source, List<string> warnings, CancellationToken cancellationToken)
    {
        PngHeader header = chunks.Header;
        int channels = header.Channels;
        int count = checked(header.Width * header.Height * channels);
        ushort[] deep = ArrayPool<ushort>.Shared.Rent(count);
        try
        {
            PngPixels.Read(chunks, source, (samples, place) =>
            {
                for (int i = 0; i < place.Count; i++)
                {
                    int to = ((place.Y * header.Width) + place.X + (i * place.Step)) * channels;
                    for (int channel = 0; channel < channels; channel++)
                        deep[to + channel] = BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * ((i * channels) + channel))..]);
                }
            }, cancellationToken);
            SixteenBits.ToRgb(deep.AsSpan(0, count), channels, isCmyk: false, image, source, warnings);
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(deep);
        }
    }

    /// <summary>Reads the samples of a gray or palette PNG, or the ids of a color one of 8 bits.</summary>
    public static void ReadLabels(PngChunks chunks, LabelMap map, string source)
    {
        PngHeader header = chunks.Header;
        int channels = header.Channels;
        PngPixels.Read(chunks, source, (samples, place) =>
        {
            Span<int> row = map.Row(place.Y);
            for (int i = 0, to = place.X; i < place.Count; i++, to += place.Step)
            {
                row[to] = channels < 3
                    ? Sample(samples, i, header.Bits, channels)
                    : samples[i * channels] | (samples[(i * channels) + 1] << 8) | (samples[(i * channels) + 2] << 16);
            }
        });
    }

    private static int Sample(ReadOnlySpan<byte> samples, int pixel, int bits, int channels) => bits switch
    {
        8 => samples[pixel * channels],
        16 => BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * pixel * channels)..]),
        _ => (samples[pixel * bits / 8] >> (8 - bits - (pixel * bits % 8))) & ((1 << bits) - 1),
    };

    // What has no entry is black.
    private static byte[] FullPalette(byte[] palette)
    {
        byte[] full = new byte[3 * 256];
        palette.CopyTo(full, 0);
        return full;
    }

    private static byte[] GrayPalette(int bits)
    {
        int last = (1 << Math.Min(bits, 8)) - 1;
        byte[] palette = new byte[3 * 256];
        for (int i = 0; i <= last; i++)
            palette.AsSpan(3 * i, 3).Fill((byte)(255 * i / last));
        return palette;
    }
}
