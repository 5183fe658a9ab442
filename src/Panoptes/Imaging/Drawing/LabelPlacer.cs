namespace Panoptes.Imaging.Drawing;

/// <summary>
/// Finds places for labels: near their object, inside the image, and off each other as far as that goes. Labels placed first get the
/// better places.
/// </summary>
internal sealed class LabelPlacer(int width, int height)
{
    private readonly List<PixelRectangle> _taken = [];

    /// <summary>Takes the best place for a plate of the given size next to an object.</summary>
    public PixelRectangle Place(PixelRectangle target, int plateWidth, int plateHeight)
    {
        PixelRectangle best = default;
        long bestOverlap = long.MaxValue;
        foreach ((int x, int y) in Candidates(target, plateWidth, plateHeight))
        {
            int inX = Math.Clamp(x, 0, Math.Max(width - plateWidth, 0));
            int inY = Math.Clamp(y, 0, Math.Max(height - plateHeight, 0));
            PixelRectangle plate = new(inX, inY, plateWidth, plateHeight);
            long overlap = 0;
            foreach (PixelRectangle other in _taken)
                overlap += plate.OverlapWith(other);
            if (overlap >= bestOverlap)
                continue;
            best = plate;
            bestOverlap = overlap;
            if (overlap == 0)
                break;
        }

        _taken.Add(best);
        return best;
    }

    private static IEnumerable<(int X, int Y)> Candidates(PixelRectangle target, int plateWidth, int plateHeight)
    {
        int left = target.X;
        int right = target.Right - plateWidth;
        int above = target.Y - plateHeight;
        int below = target.Bottom;
        int bottom = target.Bottom - plateHeight;

        // A plate above a box that touches the image's top would be pushed over it, which is the next candidate anyway.
        yield return (left, above);
        yield return (left, target.Y);
        yield return (right, above);
        yield return (right, target.Y);
        yield return (left, below);
        yield return (left, bottom);
        yield return (right, below);
        yield return (right, bottom);
        for (int y = target.Y + plateHeight; y < bottom; y += plateHeight)
        {
            yield return (left, y);
            yield return (right, y);
        }

        for (int step = 2; step <= 6; step++)
        {
            yield return (left, target.Y - (step * plateHeight));
            yield return (left, target.Bottom + ((step - 1) * plateHeight));
        }
    }
}
