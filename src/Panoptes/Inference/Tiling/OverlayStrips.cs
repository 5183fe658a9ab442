using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// Draws what was found over an image strip by strip, each of blocks. A block is drawn with a margin, so that outlines go on from one to
/// the next; labels stand in the block in which their object's middle lies, whole.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="found">What was found in it.</param>
internal sealed class OverlayStrips(ImageRegions image, TiledSegmentation found)
{
    /// <summary>Columns and rows of a block.</summary>
    public const int Block = 512;

    private const int LineWidth = 2;
    private const int TextSize = 18;
    private const int Margin = LineWidth + 1;

    private readonly Item[] _items = [.. found.Segments is null ? found.Instances.Select(Item.Of) : []];
    private readonly Segment[]? _segments = found.Segments is null ? null : [.. found.Segments.Select(s => s.Segment)];
    private Image? _strip;

    /// <summary>Draws a strip; it is valid until the next one is drawn.</summary>
    /// <param name="top">Its first row.</param>
    /// <param name="rows">Its rows.</param>
    public Image Draw(int top, int rows)
    {
        Image strip = _strip?.Height == rows ? _strip : _strip = new Image(image.Size.Width, rows);
        LabelMap? labels = _segments is null ? null : LabelsOf(top, rows);
        Item[] near = [.. _items.Where(item => item.Bounds.Top < top + rows + Margin && item.Bounds.Bottom > top - Margin)];
        for (int left = 0; left < strip.Width; left += Block)
        {
            PixelBounds core = new(left, top, Math.Min(left + Block, strip.Width), top + rows);
            PixelBounds seen = new(
                Math.Max(core.Left - Margin, 0), Math.Max(core.Top - Margin, 0),
                Math.Min(core.Right + Margin, image.Size.Width), Math.Min(core.Bottom + Margin, image.Size.Height));
            Image pixels = image.Read(seen.Left, seen.Top, seen.Right - seen.Left, seen.Bottom - seen.Top);
            Image drawn = labels is null ? DrawInstances(pixels, seen, near) : DrawSegments(pixels, seen, labels, top);
            Image block = new(core.Right - core.Left, rows);
            for (int y = 0; y < rows; y++)
                drawn.Row(core.Top - seen.Top + y).Slice(3 * (core.Left - seen.Left), block.Stride).CopyTo(block.Row(y));
            DrawLabels(block, core, near);
            for (int y = 0; y < rows; y++) block.Row(y).CopyTo(strip.Row(y)[(3 * left)..]);
        }

        return strip;
    }

    private static Image DrawInstances(Image pixels, PixelBounds seen, Item[] near)
    {
        OverlayItem[] items =
        [
            .. near.Where(item => item.Bounds.Overlaps(seen)).Select(item => new OverlayItem
            {
                Mask = item.Mask.Crop(
                    seen.Left - item.Bounds.Left, seen.Top - item.Bounds.Top, seen.Bottom - seen.Top, seen.Right - seen.Left),
                Color = item.Color,
            }),
        ];
        return Overlay.Draw(pixels, items, new OverlayOptions { LineWidth = LineWidth, Labels = false });
    }

    private Image DrawSegments(Image pixels, PixelBounds seen, LabelMap labels, int top)
    {
        LabelMap part = new(pixels.Size);
        int first = Math.Max(top - Margin, 0); // of the strip's labels
        for (int y = 0; y < part.Height; y++)
            labels.Row(seen.Top - first + y).Slice(seen.Left, part.Width).CopyTo(part.Row(y));
        return PanopticOverlay.Draw(
            pixels, new PanopticSegmentation(part, _segments!), new PanopticOverlayOptions { Labels = false, LineWidth = LineWidth });
    }

    private void DrawLabels(Image block, PixelBounds core, Item[] near)
    {
        IEnumerable<OverlayItem> items = _segments is null
            ? near.Select(item => item.Label)
            : _segments.Where(s => s.IsThing).Select(s => new OverlayItem
            {
                Box = s.Box,
                Label = s.ClassName,
                Number = s.CategoryId,
                Score = s.Score,
                Color = PanopticOverlay.ColorOf(s.CategoryId),
            });
        OverlayItem[] here =
        [
            .. items.Where(item => IsWithin(item.Box!.Value, core)).OrderByDescending(item => item.Score).Select(item => item with
            {
                Box = Move(item.Box!.Value, core).Clip(block.Width, block.Height),
            }),
        ];
        Overlay.DrawLabels(new Canvas(block), here, TextSize);
    }

    private LabelMap LabelsOf(int top, int rows)
    {
        (int first, int end) = (Math.Max(top - Margin, 0), Math.Min(top + rows + Margin, found.Height));
        LabelMap labels = new(found.Width, end - first);
        foreach (SegmentMask part in found.Segments!)
        {
            if (part.Segment.Box.Y1 >= end || part.Segment.Box.Y2 <= first) continue;
            foreach (ColumnRun run in part.Mask.EnumerateColumnRuns())
            {
                for (int y = Math.Max(run.Top, first); y < Math.Min(run.Bottom, end); y++)
                    labels.Row(y - first)[run.X] = part.Segment.Id;
            }
        }

        return labels;
    }

    private static bool IsWithin(Box box, PixelBounds core)
    {
        (double x, double y) = ((box.X1 + box.X2) / 2, (box.Y1 + box.Y2) / 2);
        return x >= core.Left && x < core.Right && y >= core.Top && y < core.Bottom;
    }

    private static Box Move(Box box, PixelBounds core) => new(box.X1 - core.Left, box.Y1 - core.Top, box.X2 - core.Left, box.Y2 - core.Top);

    /// <summary>An instance ready to be drawn in parts: its mask cropped to its pixels, which makes further crops cheap.</summary>
    private sealed record Item(PixelBounds Bounds, Rle Mask, Rgb Color, OverlayItem Label)
    {
        public static Item Of(Instance instance, int index)
        {
            PixelBounds bounds = PixelBounds.Of(instance.Mask.Counts, instance.Mask.Height);
            Rgb color = Palette.ColorOf(index);
            return new Item(
                bounds,
                instance.Mask.Crop(bounds.Left, bounds.Top, bounds.Bottom - bounds.Top, bounds.Right - bounds.Left),
                color,
                new OverlayItem
                {
                    Box = instance.Box,
                    Label = instance.ClassName,
                    Number = instance.CategoryId,
                    Score = instance.Score,
                    Color = color,
                });
        }
    }
}
