namespace Panoptes.Imaging.Drawing;

/// <summary>
/// Finds places for labels: near their object, inside the image, and off each other and off small objects as far as that goes. Labels
/// placed first get the better places.
/// </summary>
/// <param name="width">The image's columns.</param>
/// <param name="height">Its rows.</param>
/// <param name="small">Objects that a label would cover.</param>
internal sealed class LabelPlacer(int width, int height, IReadOnlyList<PixelRectangle> small)
{
    // Next to an object; what follows goes along it, and away from it.
    private const int NearCandidates = 8;

    private readonly List<PixelRectangle> _taken = [];

    /// <summary>Takes the best place for a plate of the given size next to an object.</summary>
    public PixelRectangle Place(PixelRectangle target, int plateWidth, int plateHeight)
    {
        PixelRectangle best = default;
        long bestOverlap = long.MaxValue;
        foreach (PixelRectangle plate in Candidates(target, plateWidth, plateHeight))
        {
            long overlap = Overlap(plate, target, bestOverlap);
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

    /// <summary>
    /// Takes a place right at an object where a plate covers no label and no other small object; false where there is none.
    /// </summary>
    public bool TryPlace(PixelRectangle target, int plateWidth, int plateHeight, out PixelRectangle place)
    {
        foreach (PixelRectangle plate in Candidates(target, plateWidth, plateHeight).Take(NearCandidates))
        {
            if (Overlap(plate, target, atMost: 1) == 0)
            {
                _taken.Add(place = plate);
                return true;
            }
        }

        place = default;
        return false;
    }

    /// <summary>Pixels of labels and of other small objects under a plate; counting ends at a limit.</summary>
    private long Overlap(PixelRectangle plate, PixelRectangle target, long atMost)
    {
        long overlap = 0;
        for (int i = 0; i < _taken.Count && overlap < atMost; i++)
        {
            overlap += plate.OverlapWith(_taken[i]);
        }

        for (int i = 0; i < small.Count && overlap < atMost; i++)
        {
            overlap += small[i] == target ? 0 : plate.OverlapWith(small[i]);
        }

        return overlap;
    }

    private IEnumerable<PixelRectangle> Candidates(PixelRectangle target, int plateWidth, int plateHeight) =>
        Corners(target, plateWidth, plateHeight).Select(corner => new PixelRectangle(
            Math.Clamp(corner.X, 0, Math.Max(width - plateWidth, 0)),
            Math.Clamp(corner.Y, 0, Math.Max(height - plateHeight, 0)),
            plateWidth,
            plateHeight));

    private static IEnumerable<(int X, int Y)> Corners(PixelRectangle target, int plateWidth, int plateHeight)
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
