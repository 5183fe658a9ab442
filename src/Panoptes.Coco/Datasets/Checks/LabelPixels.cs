using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The pixels of a label: how many, and the rectangle around them.</summary>
internal sealed class LabelPixels
{
    /// <summary>Their number.</summary>
    public long Area { get; private set; }

    /// <summary>The rectangle around them.</summary>
    public PixelBounds Bounds { get; private set; } = new(int.MaxValue, int.MaxValue, 0, 0);

    /// <summary>The pixels of every label in a map.</summary>
    public static Dictionary<int, LabelPixels> Count(LabelMap map)
    {
        Dictionary<int, LabelPixels> pixels = [];
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<int> row = map.Row(y);
            for (int x = 0; x < row.Length;)
            {
                int end = LabelMap.EndOfRun(row, x);
                if (!pixels.TryGetValue(row[x], out LabelPixels? label))
                {
                    pixels.Add(row[x], label = new LabelPixels());
                }

                label.Add(x, y, end - x);
                x = end;
            }
        }

        return pixels;
    }

    private void Add(int x, int y, int length)
    {
        Area += length;
        Bounds = new PixelBounds(
            Math.Min(Bounds.Left, x), Math.Min(Bounds.Top, y), Math.Max(Bounds.Right, x + length), Math.Max(Bounds.Bottom, y + 1));
    }
}
