using Panoptes.Imaging.Codecs;
using Panoptes.Masks;

namespace Panoptes.Imaging;

/// <summary>
/// A number for each pixel: ids of segments, of objects, or of classes. Read from PNG exactly: gray and palette images give their
/// samples (palette indices, 1 to 16 bits), color images the id of COCO's panoptic format, R + 256 G + 65536 B.
/// </summary>
public sealed class LabelMap
{
    private readonly int[] _labels;

    /// <summary>Creates a map of zeros.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public LabelMap(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _labels = new int[checked(width * height)];
        Width = width;
        Height = height;
    }

    /// <summary>Creates a map of zeros.</summary>
    /// <param name="size">Its size; each side at least 1.</param>
    public LabelMap(ImageSize size)
        : this(size.Width, size.Height)
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns and rows.</summary>
    public ImageSize Size => new(Width, Height);

    /// <summary>All labels, row after row.</summary>
    public Span<int> Labels => _labels;

    /// <summary>The label of a pixel.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    public int this[int x, int y] => Row(y)[x];

    /// <summary>The labels of a row.</summary>
    /// <param name="y">Row, from 0 at the top.</param>
    public Span<int> Row(int y) => _labels.AsSpan(y * Width, Width);

    /// <summary>Reads a PNG; an EXIF orientation is not applied, alpha is ignored.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file cannot be read, is not a PNG, is damaged, or has colors of 16 bits.</exception>
    public static LabelMap Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageDecoder.LoadLabels(path);
    }

    /// <summary>Reads a PNG from a stream, from its position to its end; see <see cref="Load(string)"/>.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="InputException">The data is not a PNG, is damaged, or has colors of 16 bits.</exception>
    public static LabelMap Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using EncodedFile file = EncodedFile.Read(stream, DecodeOptions.Default, "The image in the stream");
        return ImageDecoder.DecodeLabels(file.Data, "The image in the stream");
    }

    /// <summary>Decodes a PNG held in memory; see <see cref="Load(string)"/>.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="options">How large it may be; null for the defaults.</param>
    /// <exception cref="InputException">The data is not a PNG, is damaged, too large, or has colors of 16 bits.</exception>
    public static LabelMap Decode(ReadOnlySpan<byte> data, DecodeOptions? options = null) =>
        ImageDecoder.DecodeLabels(data, "The image in memory", options);

    /// <summary>The map in another size, each pixel from its nearest one: PIL's <c>resize((width, height), NEAREST)</c>.</summary>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    public LabelMap Resize(int width, int height)
    {
        LabelMap result = new(width, height);
        int[] columns = Nearest(Width, width);
        int[] rows = Nearest(Height, height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> from = Row(rows[y]);
            Span<int> to = result.Row(y);
            for (int x = 0; x < to.Length; x++)
                to[x] = from[columns[x]];
        }

        return result;
    }

    /// <summary>The same with the sides named; see <see cref="Resize(int, int)"/>.</summary>
    /// <param name="size">The result's size; each side at least 1.</param>
    public LabelMap Resize(ImageSize size) => Resize(size.Width, size.Height);

    /// <summary>The mirror image, left and right exchanged.</summary>
    public LabelMap FlipHorizontally()
    {
        LabelMap result = new(Width, Height);
        _labels.CopyTo(result._labels, 0);
        for (int y = 0; y < Height; y++)
            result.Row(y).Reverse();
        return result;
    }

    /// <summary>The masks of all labels but 0, by ascending label.</summary>
    /// <exception cref="InputException">There are more than <see cref="InputLimits.MaxElements"/>.</exception>
    public SortedDictionary<int, Rle> ToMasks() => LabelMasks.Split(this);

    /// <summary>The number of pixels of each label, 0 included.</summary>
    public Dictionary<int, long> CountPixels() => LabelMasks.Count(this);

    /// <summary>Where the run of equal labels ends that begins at a place.</summary>
    /// <param name="labels">Labels, such as a row.</param>
    /// <param name="start">The place, in [0, length).</param>
    /// <returns>The place after the run's last label.</returns>
    public static int EndOfRun(ReadOnlySpan<int> labels, int start) => LabelMasks.EndOfRun(labels, start);

    /// <summary>A color PNG in COCO's panoptic format: label = R + 256 G + 65536 B.</summary>
    /// <exception cref="InvalidOperationException">A label does not fit into 24 bits.</exception>
    public byte[] EncodePng()
    {
        byte[] rgb = new byte[checked(_labels.Length * 3)];
        for (int i = 0; i < _labels.Length; i++)
        {
            int label = _labels[i];
            if ((uint)label > 0xFFFFFF)
            {
                throw new InvalidOperationException(
                    $"The label {label} at ({i % Width}, {i / Width}) does not fit into the 24 bits of a color.");
            }

            rgb[3 * i] = (byte)label;
            rgb[(3 * i) + 1] = (byte)(label >> 8);
            rgb[(3 * i) + 2] = (byte)(label >> 16);
        }

        return PngWriter.Encode(rgb, Width, Height, 3);
    }

    /// <summary>Writes <see cref="EncodePng"/> to a file; an existing file is replaced only once the new one is complete.</summary>
    /// <param name="path">The file.</param>
    public void SavePng(string path) => AtomicFile.WriteAllBytes(path, EncodePng());

    /// <summary>The input position that each output position takes, as <see cref="Resize(int, int)"/> does.</summary>
    /// <remarks>Positions are accumulated, not multiplied, as in Pillow's ImagingScaleAffine (libImaging/Geometry.c): it decides
    /// ties.</remarks>
    internal static int[] Nearest(int inputSize, int outputSize)
    {
        double scale = (double)inputSize / outputSize;
        double position = scale * 0.5;
        int[] nearest = new int[outputSize];
        for (int i = 0; i < outputSize; i++, position += scale)
            nearest[i] = Math.Min((int)position, inputSize - 1);
        return nearest;
    }
}
