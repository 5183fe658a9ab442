namespace Panoptes.Imaging;

/// <summary>Puts images together on one sheet.</summary>
internal static class Montage
{
    /// <summary>Images in rows; every column is as wide and every row as high as its largest image.</summary>
    /// <param name="images">At least one image, row after row.</param>
    /// <param name="columns">Images in a row, at least 1.</param>
    /// <param name="gap">Pixels between two images (default 4).</param>
    /// <param name="background">What shows between them; null for white.</param>
    public static Image Grid(IReadOnlyList<Image> images, int columns, int gap = 4, Rgb? background = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count, nameof(images));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        columns = Math.Min(columns, images.Count);
        int[] widths = new int[columns];
        int[] heights = new int[(images.Count + columns - 1) / columns];
        for (int i = 0; i < images.Count; i++)
        {
            widths[i % columns] = Math.Max(widths[i % columns], images[i].Width);
            heights[i / columns] = Math.Max(heights[i / columns], images[i].Height);
        }

        Image sheet = new(widths.Sum() + (gap * (widths.Length - 1)), heights.Sum() + (gap * (heights.Length - 1)));
        new Canvas(sheet).FillBox(new(0, 0, sheet.Width, sheet.Height), background ?? Rgb.White);
        for (int i = 0; i < images.Count; i++)
        {
            int left = widths.Take(i % columns).Sum() + (gap * (i % columns));
            int top = heights.Take(i / columns).Sum() + (gap * (i / columns));
            for (int y = 0; y < images[i].Height; y++)
                images[i].Row(y).CopyTo(sheet.Row(top + y)[(left * 3)..]);
        }

        return sheet;
    }
}
