using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Fcos;

/// <summary>
/// Which locations of a batch are positive, for which object, and what they should predict. Everything else is background.
/// Plain arrays, ordered by image and location.
/// </summary>
internal sealed class FcosTargets
{
    private readonly List<long> _rows = [];
    private readonly List<long> _classes = [];
    private readonly List<int> _objects = [];
    private readonly List<float> _distances = [];
    private readonly List<float> _centerness = [];

    private FcosTargets()
    {
    }

    /// <summary>Says whether an input pixel lies in an object's mask.</summary>
    /// <param name="instance">Index of the object in the batch.</param>
    /// <param name="x">Column in the padded input; may lie outside of it.</param>
    /// <param name="y">Row in the padded input; may lie outside of it.</param>
    public delegate bool MaskTest(int instance, int x, int y);

    /// <summary>Number of positive locations.</summary>
    public int Count => _rows.Count;

    /// <summary>Row of each positive in the flattened outputs [N · locations, ...].</summary>
    public IReadOnlyList<long> Rows => _rows;

    /// <summary>Class index of each positive.</summary>
    public IReadOnlyList<long> Classes => _classes;

    /// <summary>Object of each positive, counted through the whole batch.</summary>
    public IReadOnlyList<int> Objects => _objects;

    /// <summary>Distances to the sides of the object's box in strides: left, top, right, bottom for each positive.</summary>
    public IReadOnlyList<float> Distances => _distances;

    /// <summary>Centerness of each positive: √(min(l, r)/max(l, r) · min(t, b)/max(t, b)) (FCOS, Eq. 3).</summary>
    public IReadOnlyList<float> Centerness => _centerness;

    /// <summary>Sum of the centerness targets: normalizes the box loss.</summary>
    public double CenternessSum { get; private set; }

    /// <summary>
    /// Assigns locations to objects (FCOS 3.1 with center sampling): a location is positive for an object when it lies near the center
    /// of its box, inside the box, and the largest distance to a side is in the range of the location's level, both ends included.
    /// Among several objects the one with the smallest box wins, the first of equals.
    /// </summary>
    /// <param name="config">Center sampling and the ranges of the levels.</param>
    /// <param name="grid">The locations.</param>
    /// <param name="boxes">The boxes of all objects of the batch in input pixels, image by image.</param>
    /// <param name="classes">The classes of these objects.</param>
    /// <param name="counts">How many of the objects belong to each image.</param>
    /// <param name="inMask">Also demands that the location lies in the object's mask; null does not.</param>
    public static FcosTargets Assign(
        FcosConfig config,
        LocationGrid grid,
        IReadOnlyList<Box> boxes,
        ReadOnlySpan<long> classes,
        IReadOnlyList<int> counts,
        MaskTest? inMask)
    {
        FcosTargets targets = new();
        int[] owner = new int[grid.Count];
        int first = 0;
        for (int image = 0; image < counts.Count; image++)
        {
            owner.AsSpan().Fill(-1);
            Claim(config, grid, boxes, first, counts[image], owner, inMask);
            for (int location = 0; location < owner.Length; location++)
            {
                int instance = owner[location];
                if (instance >= 0)
                {
                    targets.Add(((long)image * grid.Count) + location, classes[instance], instance, boxes[instance], grid.At(location));
                }
            }

            first += counts[image];
        }

        return targets;
    }

    private static void Claim(
        FcosConfig config, LocationGrid grid, IReadOnlyList<Box> boxes, int first, int count, int[] owner, MaskTest? inMask)
    {
        // From the smallest box to the largest: anyone who comes first keeps the location.
        foreach (int instance in Enumerable.Range(first, count).OrderBy(i => boxes[i].Area))
        {
            Box box = boxes[instance];
            for (int i = 0; i < grid.Levels.Count; i++)
            {
                LocationGrid.Level level = grid.Levels[i];
                double low = i == 0 ? -1 : config.LevelBoundaries[i - 1];
                double high = i == grid.Levels.Count - 1 ? double.PositiveInfinity : config.LevelBoundaries[i];
                Box region = Region(config, box, level.Stride);
                (int top, int bottom) = Range(region.Y1, region.Y2, level.Stride, level.Height);
                (int left, int right) = Range(region.X1, region.X2, level.Stride, level.Width);
                for (int row = top; row < bottom; row++)
                {
                    int y = level.Coordinate(row);
                    for (int column = left; column < right; column++)
                    {
                        int x = level.Coordinate(column);
                        int location = level.First + (row * level.Width) + column;
                        double largest = Math.Max(Math.Max(x - box.X1, box.X2 - x), Math.Max(y - box.Y1, box.Y2 - y));
                        if (owner[location] < 0 && largest >= low && largest <= high && (inMask is null || inMask(instance, x, y)))
                        {
                            owner[location] = instance;
                        }
                    }
                }
            }
        }
    }

    // The part of the box in which locations are positive: within `radius` strides of its center, or all of it.
    private static Box Region(FcosConfig config, Box box, int stride)
    {
        if (config.CenterSamplingRadius <= 0)
        {
            return box;
        }

        double reach = config.CenterSamplingRadius * stride;
        double x = (box.X1 + box.X2) / 2;
        double y = (box.Y1 + box.Y2) / 2;
        return new Box(Math.Max(box.X1, x - reach), Math.Max(box.Y1, y - reach), Math.Min(box.X2, x + reach), Math.Min(box.Y2, y + reach));
    }

    // Indices whose coordinates lie strictly between two borders.
    private static (int Start, int End) Range(double low, double high, int stride, int count)
    {
        int half = stride / 2;
        int start = (int)Math.Floor((low - half) / stride) + 1;
        int end = (int)Math.Ceiling((high - half) / stride);
        return (Math.Clamp(start, 0, count), Math.Clamp(end, 0, count));
    }

    private void Add(long row, long classIndex, int instance, Box box, (int X, int Y, int Stride) location)
    {
        double left = location.X - box.X1;
        double top = location.Y - box.Y1;
        double right = box.X2 - location.X;
        double bottom = box.Y2 - location.Y;
        double centerness = Math.Sqrt(
            Math.Min(left, right) / Math.Max(left, right) * (Math.Min(top, bottom) / Math.Max(top, bottom)));
        _rows.Add(row);
        _classes.Add(classIndex);
        _objects.Add(instance);
        _distances.Add((float)(left / location.Stride));
        _distances.Add((float)(top / location.Stride));
        _distances.Add((float)(right / location.Stride));
        _distances.Add((float)(bottom / location.Stride));
        _centerness.Add((float)centerness);
        CenternessSum += centerness;
    }
}
