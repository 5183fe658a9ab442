using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Reports;

/// <summary>Draws an error: the part of the image around it, with what is there and what was found.</summary>
internal static class ErrorImage
{
    private const double Context = 0.35; // of the error's sides, around it
    private const int LeastSide = 96;
    private const int Width = 320;
    private const int Height = 240;

    private static readonly Rgb s_truth = new(0x2f, 0xb3, 0x6a);
    private static readonly Rgb s_found = new(0xf0, 0x6a, 0x2a);

    /// <summary>The drawing; null where the image cannot be read or is of another size than the dataset says.</summary>
    public static Image? TryDraw(ErrorCase one, PageOptions options)
    {
        if (options.TryLoad(one.Image.FileName) is not { } image || image.Width != one.Image.Width || image.Height != one.Image.Height)
        {
            return null;
        }

        PixelBox part = Around(one, image.Size);
        double scale = Math.Min((double)Width / part.Width, (double)Height / part.Height);
        Canvas canvas = new(image);
        int line = Math.Clamp((int)Math.Round(2.5 / scale), 1, 12);
        Draw(canvas, one.GroundTruth, s_truth, line);
        Draw(canvas, one.Detection, s_found, line);
        Image cut = Image.FromPixels(
            image.Pixels[((part.Y * image.Stride) + (part.X * 3))..], part.Width, part.Height, image.Stride, PixelFormat.Rgb24);
        return cut.Resize(Math.Max(1, (int)Math.Round(part.Width * scale)), Math.Max(1, (int)Math.Round(part.Height * scale)));
    }

    private static void Draw(Canvas canvas, ErrorSide? side, Rgb color, int line)
    {
        if (side is null)
        {
            return;
        }

        if (side.Mask is { } mask)
        {
            canvas.FillMask(mask, color, 0.3);
            canvas.OutlineMask(mask, color, line);
        }
        else
        {
            canvas.DrawBox(side.Box, color, line);
        }
    }

    private static PixelBox Around(ErrorCase one, ImageSize size)
    {
        Box a = (one.Detection ?? one.GroundTruth)!.Box;
        Box b = (one.GroundTruth ?? one.Detection)!.Box;
        (int x, int width) = Span(Math.Min(a.X1, b.X1), Math.Max(a.X2, b.X2), size.Width);
        (int y, int height) = Span(Math.Min(a.Y1, b.Y1), Math.Max(a.Y2, b.Y2), size.Height);
        return new PixelBox(x, y, width, height);
    }

    /// <summary>A stretch with some context on both sides, inside the image and not too short.</summary>
    private static (int Start, int Length) Span(double from, double to, int size)
    {
        double margin = Math.Max(Context * (to - from), (LeastSide - (to - from)) / 2);
        int start = (int)Math.Clamp(from - margin, 0, size - 1);
        int end = (int)Math.Clamp(Math.Ceiling(to + margin), start + 1, size);
        return (start, end - start);
    }

    private readonly record struct PixelBox(int X, int Y, int Width, int Height);
}
