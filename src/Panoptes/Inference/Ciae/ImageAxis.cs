using Panoptes.Imaging;

namespace Panoptes.Inference.Ciae;

/// <summary>One axis of the embedding, of the network's input and of the image as it was given.</summary>
internal sealed class ImageAxis
{
    private readonly int[] _nearest; // the input pixel of each image pixel, rising

    /// <summary>Prepares an axis.</summary>
    /// <param name="cells">Cells of the embedding.</param>
    /// <param name="stride">Input pixels for each of them.</param>
    /// <param name="pixels">Pixels of the input without padding.</param>
    /// <param name="original">Pixels of the image.</param>
    public ImageAxis(int cells, int stride, int pixels, int original)
    {
        Input = new ResizeAxis(cells, stride * cells, pixels);
        _nearest = LabelMap.Nearest(pixels, original);
        Image = Input.Take(_nearest);
    }

    /// <summary>From the embedding to the network's input, without its padding.</summary>
    public ResizeAxis Input { get; }

    /// <summary>From the embedding to the image's own pixels.</summary>
    public ResizeAxis Image { get; }

    /// <summary>The image's pixels that show an input pixel whose center lies in a range: <c>low &lt;= i + 0.5 &lt;
    /// high</c>.</summary>
    public (int First, int End) Within(double low, double high) => (Find(Math.Ceiling(low - 0.5)), Find(Math.Ceiling(high - 0.5)));

    private int Find(double pixel)
    {
        int index = Array.FindIndex(_nearest, n => n >= pixel);
        return index < 0 ? _nearest.Length : index;
    }
}
