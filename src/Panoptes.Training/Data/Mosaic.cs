using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>Four images in the place of one, around a point: 0 above left of it, 1 above right, 2 below left, 3 below right.</summary>
/// <param name="Width">Columns of the whole.</param>
/// <param name="Height">Rows of the whole.</param>
/// <param name="CenterX">Column of the point.</param>
/// <param name="CenterY">Row of the point.</param>
internal readonly record struct Mosaic(int Width, int Height, int CenterX, int CenterY)
{
    /// <summary>Number of tiles.</summary>
    public const int Tiles = 4;

    /// <summary>Draws the point in the middle half of the whole.</summary>
    public static Mosaic Draw(int width, int height, ref RandomStream random) => new(
        width, height, random.NextInt(width / 4, width * 3 / 4), random.NextInt(height / 4, height * 3 / 4));

    /// <summary>The transform of a tile: the image at a size, cut to the tile's place, the corner next to the point kept.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="plain">The image's side and original size.</param>
    /// <param name="width">Width of the whole resized image.</param>
    /// <param name="height">Height of the whole resized image.</param>
    public ImageTransform Fit(int tile, ImageTransform plain, int width, int height)
    {
        (int roomX, int roomY) = (IsLeft(tile) ? CenterX : Width - CenterX, IsTop(tile) ? CenterY : Height - CenterY);
        (int newWidth, int newHeight) = (Math.Min(width, roomX), Math.Min(height, roomY));

        // Mirrored, the image shows its other side next to the point; it is as good.
        ImageWindow window = new(width, height, IsLeft(tile) ? width - newWidth : 0, IsTop(tile) ? height - newHeight : 0);
        return plain with { Width = newWidth, Height = newHeight, Window = window };
    }

    /// <summary>Puts the tiles together.</summary>
    /// <param name="tiles">The four tiles; the record of the result is that of <paramref name="main"/>.</param>
    /// <param name="main">The tile that the mosaic counts as.</param>
    /// <param name="background">Red, green and blue of what no tile covers.</param>
    public TrainingSample Compose(IReadOnlyList<TrainingSample> tiles, int main, ReadOnlySpan<byte> background)
    {
        Image image = new(Width, Height);
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            background.CopyTo(image.Pixels[i..]);
        }

        SampleObjects objects = new();
        for (int tile = 0; tile < Tiles; tile++)
        {
            TrainingSample sample = tiles[tile];
            Image part = sample.Transform.Mirror ? sample.Resized.FlipHorizontally() : sample.Resized;
            int left = IsLeft(tile) ? CenterX - part.Width : CenterX, top = IsTop(tile) ? CenterY - part.Height : CenterY;
            for (int y = 0; y < part.Height; y++)
            {
                part.Row(y).CopyTo(image.Row(top + y)[(3 * left)..]);
            }

            for (int i = 0; i < sample.Masks.Count; i++)
            {
                Box box = sample.Boxes[i];
                box = new Box(box.X1 + left, box.Y1 + top, box.X2 + left, box.Y2 + top);
                Rle mask = sample.Masks[i].Crop(-left, -top, Height, Width);
                objects.Add(sample.Classes[i], box, mask, outline: null, mask.Area);
            }
        }

        ImageTransform transform = tiles[main].Transform with { Width = Width, Height = Height, Mirror = false, Window = null };
        return objects.ToSample(tiles[main].Record, transform, image, []);
    }

    private static bool IsLeft(int tile) => tile % 2 == 0;

    private static bool IsTop(int tile) => tile < 2;
}
