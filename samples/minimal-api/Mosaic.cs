using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace MinimalApi;

/// <summary>Makes objects unrecognizable: their pixels become a mosaic of coarse tiles, the rest of the image stays as it is.</summary>
internal static class Mosaic
{
    private const int Tile = 16;

    /// <summary>A copy of an image with a mosaic over the masks of objects.</summary>
    public static Image Over(Image photo, IReadOnlyList<Instance> objects)
    {
        Image result = photo.Clone();
        byte[] mask = new byte[photo.Width * photo.Height];
        Rle.Union([Rle.Empty(photo.Size), .. objects.Select(o => o.Mask)]).ToMask(mask);
        Image coarse = photo.Resize(Math.Max(1, photo.Width / Tile), Math.Max(1, photo.Height / Tile));
        for (int y = 0; y < photo.Height; y++)
        {
            Span<byte> row = result.Row(y), tiles = coarse.Row(y * coarse.Height / photo.Height);
            for (int x = 0; x < photo.Width; x++)
            {
                if (mask[(y * photo.Width) + x] != 0) tiles.Slice(3 * (x * coarse.Width / photo.Width), 3).CopyTo(row[(3 * x)..]);
            }
        }

        return result;
    }
}
