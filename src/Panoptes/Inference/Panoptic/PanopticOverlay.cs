using System.Globalization;
using Panoptes.Imaging;
using Panoptes.Imaging.Drawing;

namespace Panoptes.Inference.Panoptic;

/// <summary>
/// Draws a panoptic segmentation over an image: each class has a color, its things have shades of it, and void stays as it is. A class
/// has the same color in all images.
/// </summary>
internal static class PanopticOverlay
{
    // How far the things of a class move towards white (above 0) or black, one after the other.
    private static readonly double[] s_shades = [0, 0.4, -0.35, 0.2, -0.55, 0.6, -0.2];

    /// <summary>The color of a class; the first of its things has it too.</summary>
    /// <param name="categoryId">The id of the class in its dataset.</param>
    public static Rgb ColorOf(long categoryId) => Palette.ColorOf((int)categoryId);

    /// <summary>Draws over a copy of an image.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="segmentation">The segments, of the image's size.</param>
    /// <param name="options">What to draw; null for <see cref="PanopticOverlayOptions.Default"/>.</param>
    /// <returns>A new image of the same size; higher by the legend where there is one.</returns>
    /// <exception cref="ArgumentException">The segments are not of the image's size.</exception>
    public static Image Draw(Image image, PanopticSegmentation segmentation, PanopticOverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        ArgumentNullException.ThrowIfNull(image);
        options ??= PanopticOverlayOptions.Default;
        LabelMap labels = segmentation.Labels;
        if (labels.Width != image.Width || labels.Height != image.Height)
        {
            throw new ArgumentException(
                $"Segments of {labels.Width}x{labels.Height} do not fit an image of {image.Size}.", nameof(segmentation));
        }

        Image result = image.Clone();
        Rgb[] colors = Colors(segmentation.Segments);
        Fill(result, labels, colors, options.Opacity);
        if (options.Borders)
        {
            DrawBorders(result, labels, options.LineWidth ?? Overlay.LineWidth(image.Size));
        }

        int textSize = options.TextSize ?? Overlay.TextSize(image.Size);
        if (options.Labels)
        {
            OverlayItem[] things =
            [
                .. segmentation.Segments.Where(s => s.IsThing).OrderByDescending(s => s.Score ?? 1).Select(s => new OverlayItem
                {
                    Box = s.Box,
                    Label = s.ClassName,
                    Number = s.CategoryId,
                    Score = s.Score,
                    Color = colors[s.Id],
                }),
            ];
            Overlay.DrawLabels(new Canvas(result), things, textSize);
        }

        return options.Legend ? AddLegend(result, segmentation.Segments, textSize) : result;
    }

    /// <summary>The color of each segment by its id.</summary>
    internal static Rgb[] Colors(IReadOnlyList<Segment> segments)
    {
        Rgb[] colors = new Rgb[segments.Count == 0 ? 1 : segments.Max(s => s.Id) + 1];
        Dictionary<long, int> seen = [];
        foreach (Segment segment in segments)
        {
            int before = seen.GetValueOrDefault(segment.CategoryId);
            seen[segment.CategoryId] = before + 1;
            double shade = segment.IsThing ? s_shades[before % s_shades.Length] : 0;
            colors[segment.Id] = ColorOf(segment.CategoryId).Mix(shade > 0 ? Rgb.White : Rgb.Black, Math.Abs(shade));
        }

        return colors;
    }

    private static void Fill(Image image, LabelMap labels, Rgb[] colors, double opacity)
    {
        Canvas canvas = new(image);
        for (int y = 0; y < labels.Height; y++)
        {
            ReadOnlySpan<int> row = labels.Row(y);
            for (int start = 0; start < row.Length;)
            {
                int length = row[start..].IndexOfAnyExcept(row[start]);
                length = length < 0 ? row.Length - start : length;
                if (row[start] != 0)
                {
                    canvas.Fill(new PixelRectangle(start, y, length, 1), colors[row[start]], opacity);
                }

                start += length;
            }
        }
    }

    /// <summary>Draws white lines where a label meets another one to the right or below.</summary>
    private static void DrawBorders(Image image, LabelMap labels, int width)
    {
        for (int y = 0; y < labels.Height; y++)
        {
            ReadOnlySpan<int> row = labels.Row(y);
            ReadOnlySpan<int> below = labels.Row(Math.Min(y + width, labels.Height - 1));
            Span<byte> pixels = image.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] != row[Math.Min(x + width, row.Length - 1)] || row[x] != below[x])
                {
                    pixels.Slice(3 * x, 3).Fill(255);
                }
            }
        }
    }

    // Where the letters of a name are missing, its number tells classes apart.
    private static string NameOf(Segment segment) =>
        Canvas.CanDraw(segment.ClassName) ? segment.ClassName : segment.CategoryId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds a strip with a square and a name for each class: things, then stuff, each by falling area.</summary>
    private static Image AddLegend(Image image, IReadOnlyList<Segment> segments, int textSize)
    {
        (string Name, Rgb Color)[] classes =
        [
            .. segments.GroupBy(s => s.CategoryId)
                .OrderByDescending(g => g.First().IsThing)
                .ThenByDescending(g => g.Sum(s => s.Area))
                .Select(g => (NameOf(g.First()) + (g.First().IsThing ? $" ({g.Count()})" : ""), ColorOf(g.Key))),
        ];
        int line = Canvas.MeasureText("", textSize).Height;
        int margin = Math.Max(textSize / 3, 2);
        int square = textSize;
        List<(int X, int Y)> places = [];
        (int x, int y) = (margin, margin);
        foreach ((string name, _) in classes)
        {
            int width = square + margin + Canvas.MeasureText(name, textSize).Width;
            if (x > margin && x + width > image.Width - margin)
            {
                (x, y) = (margin, y + line + margin);
            }

            places.Add((x, y));
            x += width + (2 * margin);
        }

        Image strip = new(image.Width, y + line + margin);
        strip.Pixels.Fill(255);
        Canvas canvas = new(strip);
        for (int i = 0; i < classes.Length; i++)
        {
            (int left, int top) = places[i];
            canvas.Fill(new PixelRectangle(left, top + ((line - square) / 2), square, square), classes[i].Color, 1);
            canvas.DrawText(left + square + margin, top, classes[i].Name, Rgb.Black, textSize);
        }

        return Montage.Grid([image, strip], columns: 1, gap: 0);
    }
}
