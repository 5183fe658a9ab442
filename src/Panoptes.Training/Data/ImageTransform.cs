using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>
/// How an image and all that is marked on it come to the network's input: resized, perhaps cut to a window, perhaps mirrored. Coordinates
/// are continuous, so a mirrored <c>x</c> is <c>Width − x</c>, as in detectron2.
/// </summary>
/// <param name="OriginalWidth">Width of the image's file, in pixels.</param>
/// <param name="OriginalHeight">Height of the image's file, in pixels.</param>
/// <param name="Width">Width in the network's input, without padding.</param>
/// <param name="Height">Height in the network's input, without padding.</param>
/// <param name="Mirror">Whether left and right change places.</param>
internal readonly record struct ImageTransform(int OriginalWidth, int OriginalHeight, int Width, int Height, bool Mirror)
{
    /// <summary>The part of the resized image that is the input; null, the default, for all of it.</summary>
    public ImageWindow? Window { get; init; }

    /// <summary>Input columns for each original column.</summary>
    public double ScaleX => (double)Whole.Width / OriginalWidth;

    /// <summary>Input rows for each original row.</summary>
    public double ScaleY => (double)Whole.Height / OriginalHeight;

    /// <summary>The same without the window: the whole resized image.</summary>
    internal ImageTransform Whole => Window is { } window
        ? this with { Width = window.ImageWidth, Height = window.ImageHeight, Window = null }
        : this;

    /// <summary>The image, with Pillow's antialiased bilinear filter.</summary>
    /// <exception cref="ArgumentException">The image is not of the original size.</exception>
    public Image Apply(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image resized = Resize(image);
        return Mirror ? resized.FlipHorizontally() : resized;
    }

    /// <summary>The box, clipped to the input; perhaps empty.</summary>
    public Box Apply(Box box)
    {
        Box scaled = box.Scale(ScaleX, ScaleY);
        if (Window is { } window)
        {
            scaled = new Box(scaled.X1 - window.Left, scaled.Y1 - window.Top, scaled.X2 - window.Left, scaled.Y2 - window.Top);
        }

        return (Mirror ? scaled.FlipHorizontally(Width) : scaled).Clip(Width, Height);
    }

    /// <summary>The mask, by its nearest pixels.</summary>
    /// <exception cref="ArgumentException">The mask is not of the original size.</exception>
    public Rle Apply(Rle mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckSize(mask.Width, mask.Height);
        Rle resized = Cut(mask.Resize(Whole.Height, Whole.Width), mirrored: false);
        return Mirror ? resized.FlipHorizontally() : resized;
    }

    /// <summary>The part of a mask of the whole resized image that the window shows.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="mirrored">Whether it has been mirrored.</param>
    internal Rle Cut(Rle mask, bool mirrored) => Window is { } window
        ? mask.Crop(mirrored ? window.ImageWidth - window.Left - Width : window.Left, window.Top, Height, Width)
        : mask;

    /// <summary>
    /// The union of the polygons as a mask of the input's size: the corners are moved first and drawn then, so that no precision is
    /// lost to the original's pixels.
    /// </summary>
    /// <param name="polygons">Each <c>x0, y0, x1, y1, ...</c> in pixels of the original.</param>
    public Rle Rasterize(IReadOnlyList<IReadOnlyList<double>> polygons)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        double[][] moved = new double[polygons.Count][];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = Apply(polygons[i]);
        return Rle.FromPolygons(moved, Height, Width);
    }

    /// <summary>The image at the input's size, not mirrored.</summary>
    internal Image Resize(Image image)
    {
        CheckSize(image.Width, image.Height);
        (int width, int height) = (Whole.Width, Whole.Height);
        Image resized = image.Width == width && image.Height == height ? image : image.Resize(width, height);
        if (Window is not { } window)
            return resized;
        Image cut = new(Width, Height);
        for (int y = 0; y < Height; y++)
            resized.Row(window.Top + y).Slice(3 * window.Left, 3 * Width).CopyTo(cut.Row(y));
        return cut;
    }

    /// <summary>A polygon's corners at the input's size.</summary>
    internal double[] Apply(IReadOnlyList<double> polygon)
    {
        (double scaleX, double scaleY, int left, int top) = (ScaleX, ScaleY, Window?.Left ?? 0, Window?.Top ?? 0);
        double[] moved = new double[polygon.Count];
        for (int i = 0; i < moved.Length; i++)
        {
            if (i % 2 == 1)
                moved[i] = polygon[i] * scaleY - top;
            else
                moved[i] = Mirror ? Width - (polygon[i] * scaleX - left) : polygon[i] * scaleX - left;
        }
        return moved;
    }

    private void CheckSize(int width, int height)
    {
        if (width != OriginalWidth || height != OriginalHeight)
            throw new ArgumentException($"expected {OriginalWidth}x{OriginalHeight} pixels, got {width}x{height}");
    }
}
