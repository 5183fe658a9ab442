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

    /// <summary>Opens the PNG of a label map; one whose colors are ids, as COCO's panoptic files have them, counts as such.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file does not exist or is not a PNG.</exception>
    public static LabelRows Open(string path) => ImageDecoder.OpenLabels(path);

    /// <summary>Reads the rows of a map in memory.</summary>
    /// <param name="map">The map.</param>
    public static LabelRows Of(LabelMap map) => new LabelMapRows(map);
}
