using System.Globalization;
using Panoptes.Imaging.Drawing;
using Panoptes.Masks;

namespace Panoptes.Imaging;

/// <summary>Draws objects over an image: masks, outlines, boxes, and labels that keep inside the image and off each other.
/// Where there are too many objects, only the first ones are named. An object smaller than its label gets one where that covers no
/// other small object and no label; the first object of a name always does.</summary>
public static class Overlay
{
    private const string Ellipsis = "…";

    /// <summary>
    /// Labels may cover this much of an image; those of further objects are skipped, or they would bury what they name.
    /// </summary>
    private const double LabelShare = 0.2;

    /// <summary>Draws over a copy of an image.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="items">The objects, most important first: theirs are the best places for labels.</param>
    /// <param name="options">What to draw; null for <see cref="OverlayOptions.Default"/>.</param>
    /// <returns>A new image of the same size.</returns>
    /// <exception cref="ArgumentException">A mask is not of the image's size.</exception>
    public static Image Draw(Image image, IReadOnlyList<OverlayItem> items, OverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(items);
        options ??= OverlayOptions.Default;
        Image result = image.Clone();
        Canvas canvas = new(result);
        int lineWidth = options.LineWidth ?? LineWidth(image.Size);
        int textSize = options.TextSize ?? TextSize(image.Size);

        OverlayItem[] smallestFirst = [.. items.Where(i => i.Mask is not null).OrderBy(i => i.Mask!.Area)];
        if (options.MaskOpacity > 0)
            FillMasks(canvas, smallestFirst, options.MaskOpacity);
        if (options.Outlines)
        {
            foreach (OverlayItem item in smallestFirst.Reverse())
                canvas.OutlineMask(item.Mask!, item.Color, lineWidth);
        }

        foreach (OverlayItem item in items)
        {
            if (item.Box is { } box && (options.Boxes || item.Mask is null))
                canvas.DrawBox(box, item.Color, lineWidth);
        }

        if (options.Labels)
            DrawLabels(canvas, items, textSize);
        return result;
    }

    /// <summary>The thickness of lines in an image of a size, in pixels.</summary>
    internal static int LineWidth(ImageSize size) => Math.Clamp((int)Math.Round(size.ShortSide / 300.0), 1, 8);

    /// <summary>The size of letters in an image of a size, in pixels.</summary>
    internal static int TextSize(ImageSize size) => Math.Clamp((int)Math.Round(size.ShortSide / 32.0), 11, 96);

    /// <summary>Small objects lie on top of large ones; a pixel takes the color of the topmost only, so that colors stay pure.</summary>
    private static void FillMasks(Canvas canvas, OverlayItem[] smallestFirst, double opacity)
    {
        Rle? covered = null;
        foreach (OverlayItem item in smallestFirst)
        {
            Rle mask = item.Mask!;
            canvas.FillMask(covered is null ? mask : mask.Intersect(covered.Complement()), item.Color, opacity);
            covered = covered?.Union(mask) ?? mask;
        }
    }

    /// <summary>Names objects next to their boxes, the first ones where there is no room for all.</summary>
    internal static void DrawLabels(Canvas canvas, IReadOnlyList<OverlayItem> items, int textSize)
    {
        int margin = Math.Max(textSize / 5, 2);
        List<(OverlayItem Item, PixelRectangle Target, string Text, ImageSize Plate)> labels = [];
        foreach (OverlayItem item in items)
        {
            string text = Text(item);
            if (text.Length == 0 || Target(item) is not { } target)
                continue;
            text = Shorten(text, textSize, canvas.Image.Width - (2 * margin));
            ImageSize size = Canvas.MeasureText(text, textSize);
            labels.Add((item, Canvas.ToPixels(target), text, new ImageSize(size.Width + (2 * margin), size.Height)));
        }

        HashSet<string> named = [];
        LabelPlacer placer = new(
            canvas.Image.Width,
            canvas.Image.Height,
            [.. labels.Where(label => IsSmall(label.Target, label.Plate)).Select(label => label.Target)]);
        double room = LabelShare * canvas.Image.Width * canvas.Image.Height;
        bool first = true;
        foreach ((OverlayItem item, PixelRectangle target, string text, ImageSize size) in labels)
        {
            if (room < size.Pixels && !first)
                break;
            PixelRectangle plate;
            if (named.Add(item.Label ?? "") || !IsSmall(target, size))
                plate = placer.Place(target, size.Width, size.Height);
            else if (!placer.TryPlace(target, size.Width, size.Height, out plate))
                continue;
            first = false;
            room -= size.Pixels;
            canvas.Fill(plate, item.Color, 0.88);
            canvas.DrawText(plate.X + margin, plate.Y, text, item.Color.ReadableText, textSize);
        }
    }

    private static bool IsSmall(PixelRectangle target, ImageSize plate) => (long)target.Width * target.Height < plate.Pixels;

    private static string Text(OverlayItem item)
    {
        string score = item.Score is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "";
        string? label = item.Label is null || item.Number is null || Canvas.CanDraw(item.Label)
            ? item.Label
            : item.Number.Value.ToString(CultureInfo.InvariantCulture);
        return label is { Length: > 0 } ? $"{label} {score}".TrimEnd() : score;
    }

    private static Box? Target(OverlayItem item) => item.Box ?? (item.Mask is { IsEmpty: false } mask ? mask.Bounds : null);

    private static string Shorten(string text, int textSize, int room)
    {
        if (Canvas.MeasureText(text, textSize).Width <= room)
            return text;
        int length = text.Length - 1;
        while (length > 0 && Canvas.MeasureText(text.AsSpan(0, length).ToString() + Ellipsis, textSize).Width > room)
            length--;
        return string.Concat(text.AsSpan(0, length), Ellipsis);
    }
}
