using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Collects objects, one after the other, and makes statistics of them.</summary>
/// <param name="images">The images' sizes; 0x0 where one is not known.</param>
/// <param name="classes">The classes by ascending id.</param>
/// <param name="options">What to count with.</param>
internal sealed class StatisticsBuilder(
    IReadOnlyList<ImageSize> images, IReadOnlyList<ClassTally> classes, StatisticsOptions options)
{
    private const int MapColumns = 24;
    private const int MapRows = 18;

    private readonly int[] _objectsOf = new int[images.Count];
    private readonly HashSet<int>?[] _classesOf = new HashSet<int>?[images.Count];
    private readonly List<double> _areas = [];
    private readonly List<double> _relative = [];
    private readonly List<double> _aspects = [];
    private readonly int[] _centers = new int[MapColumns * MapRows];
    private readonly int[] _levels = new int[options.LevelBoundaries.Count + 1];
    private int _crowds;
    private int _stuff;

    /// <summary>Adds an object, a crowd, or a segment of stuff.</summary>
    /// <param name="image">Its image's place.</param>
    /// <param name="facts">What is known of it.</param>
    public void Add(int image, in ObjectFacts facts)
    {
        if (facts.IsCrowd)
        {
            _crowds++;
            classes[facts.Class].Crowds++;
            return;
        }

        classes[facts.Class].Add(facts.Area);
        if ((_classesOf[image] ??= []).Add(facts.Class))
        {
            classes[facts.Class].Images++;
        }

        if (facts.IsStuff)
        {
            _stuff++;
            return;
        }

        _objectsOf[image]++;
        _areas.Add(facts.Area);
        ImageSize size = images[image];
        if (size.Pixels > 0)
        {
            _relative.Add(Math.Sqrt(facts.Area / size.Pixels));
        }

        if (facts.Box is { Width: > 0, Height: > 0 } box)
        {
            AddBox(box, size);
        }
    }

    /// <summary>The statistics of all that was added.</summary>
    public DatasetStatistics Build(MaskShapes? masks, PanopticPixels? pixels, IReadOnlyList<string> warnings)
    {
        int objects = _objectsOf.Sum();
        ClassStatistics[] counted = [.. classes.Select(c => c.ToStatistics(objects + _stuff))];
        ImageSize[] known = [.. images.Where(size => size.Pixels > 0)];
        return new DatasetStatistics
        {
            IsPanoptic = pixels is not null,
            Options = options,
            Images = images.Count,
            EmptyImages = _objectsOf.Count(n => n == 0),
            Objects = objects,
            Crowds = _crowds,
            Stuff = _stuff,
            Classes = counted,
            Sizes = SizeClasses.Of(_areas.Where(double.IsFinite)),
            ObjectsPerImage = Histogram.Of(_objectsOf.Select(n => (double)n), Bins.Integers),
            ClassesPerImage = Histogram.Of(_classesOf.Select(set => (double)(set?.Count ?? 0)), Bins.Integers),
            ObjectSize = Histogram.Of(_areas.Select(Math.Sqrt), Bins.HalfOctaves),
            RelativeSize = Histogram.Of(_relative, Bins.Twentieths),
            ObjectAspect = Histogram.Of(_aspects, Bins.QuarterOctaves),
            ImageShortSide = Histogram.Of(known.Select(size => (double)size.ShortSide), Bins.Integers),
            ImageAspect = Histogram.Of(known.Select(size => (double)size.Width / size.Height), Bins.QuarterOctaves),
            ImageSizes = [.. known.CountBy(size => size).OrderByDescending(n => n.Value).Select(n => new ImageSizeCount(n.Key, n.Value))],
            Masks = masks?.Forms,
            PolygonsPerObject = Histogram.Of(masks?.Polygons ?? [], Bins.Integers),
            CornersPerObject = Histogram.Of(masks?.Corners ?? [], Bins.HalfOctaves),
            Centers = new CenterMap(MapColumns, MapRows, _centers),
            Pairs = CountPairs(counted),
            Levels = [.. _levels.Select((n, i) => ToLevel(i, n, _levels.Sum()))],
            Pixels = pixels,
            Warnings = warnings,
        };
    }

    private void AddBox(BoxXywh box, ImageSize size)
    {
        _aspects.Add(box.Width / box.Height);
        if (size.Pixels == 0)
        {
            return;
        }

        int column = Cell((box.X + (box.Width / 2)) / size.Width, MapColumns);
        int row = Cell((box.Y + (box.Height / 2)) / size.Height, MapRows);
        _centers[(row * MapColumns) + column]++;

        (int width, int height) = PreprocessingOptions.TargetSize(size.Width, size.Height, options.ShortSide, options.LongSide);
        double farthest = Math.Max(box.Width * width / size.Width, box.Height * height / size.Height) / 2;
        _levels[options.LevelBoundaries.Count(end => farthest > end)]++;
    }

    private static int Cell(double place, int cells) => (int)Math.Clamp(place * cells, 0, cells - 1);

    private PyramidLevel ToLevel(int index, int objects, int all) => new(
        $"P{index + 3}",
        index == 0 ? 0 : options.LevelBoundaries[index - 1],
        index == options.LevelBoundaries.Count ? double.PositiveInfinity : options.LevelBoundaries[index],
        objects,
        all == 0 ? 0 : (double)objects / all);

    private ClassPair[] CountPairs(ClassStatistics[] counted)
    {
        Dictionary<(int, int), int> pairs = [];
        foreach (HashSet<int> set in _classesOf.OfType<HashSet<int>>())
        {
            int[] present = [.. set.Order()];
            for (int i = 0; i < present.Length; i++)
            {
                for (int j = i + 1; j < present.Length; j++)
                {
                    (int, int) pair = (present[i], present[j]);
                    pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
                }
            }
        }

        return
        [
            .. pairs.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(options.Pairs)
                .Select(pair => new ClassPair(counted[pair.Key.Item1], counted[pair.Key.Item2], pair.Value)),
        ];
    }
}
