using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>The labels of an image, one row after the other: what comparing images needs, without holding them.</summary>
public abstract class LabelRows(int width, int height) : IDisposable
{
    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>The labels of the current row; valid until the next is read.</summary>
    public abstract ReadOnlySpan<int> Labels { get; }

    /// <summary>Goes to the next row, of which there are <see cref="Height"/>.</summary>
    /// <returns>Whether it may differ from the row above; false says that it does not.</returns>
    /// <exception cref="InputException">The image is damaged.</exception>
    public abstract bool Read();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>
    /// Writes the rows that were not read yet as a color PNG in COCO's panoptic format, label = R + 256 G + 65536 B, without holding them.
    /// An existing file is replaced only once the new one is complete.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">A label does not fit into 24 bits.</exception>
    public void SavePng(string path) => AtomicFile.Write(path, stream => PngWriter.WriteRgbRows(stream, Width, Height, row =>
    {
        if (!Read()) return; // the row above, which the buffer holds
        ReadOnlySpan<int> labels = Labels;
        for (int x = 0; x < labels.Length; x++)
        {
            int label = labels[x];
            if ((uint)label > 0xFFFFFF)
                throw new InvalidOperationException($"The label {label} does not fit into the 24 bits of a color.");
            (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = ((byte)label, (byte)(label >> 8), (byte)(label >> 16));
        }
    }));

    /// <summary>Opens the PNG of a label map; one whose colors are ids, as COCO's panoptic files have them, counts as such.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist or is not a PNG.</exception>
    public static LabelRows Open(string path) => ImageDecoder.OpenLabels(path);

    /// <summary>Reads the rows of a map in memory.</summary>
    /// <param name="map">The map.</param>
    public static LabelRows Of(LabelMap map) => new LabelMapRows(map);
}
