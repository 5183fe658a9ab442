using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Testing;

/// <summary>
/// A detector that does not exist: it knows what is in an image, and misses some of it, more the more is hidden, moves masks and boxes a
/// little, gives lower scores to what is half hidden and now and then to anything, and sees things that are not there.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="strength">How wrong it is; 1 is usual, 0 makes no mistake.</param>
internal sealed class NoisyDetector(int seed, double strength = 1)
{
    private readonly Random _random = new(seed);

    /// <summary>Looks at the next image.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="classes">Names of all classes.</param>
    /// <param name="objects">Class, visible pixels and visible part of what is in it.</param>
    public Segmentation Detect(
        ImageSize size, IReadOnlyList<string> classes, IEnumerable<(int Class, Rle Mask, double VisiblePart)> objects)
    {
        List<Instance> found = [];
        foreach ((int index, Rle mask, double visible) in objects)
        {
            bool missed = _random.NextDouble() < strength * (0.03 + (visible < 0.3 ? 0.4 : 0));
            Rle moved = mask.Crop(Step(), Step(), size.Height, size.Width);
            double score = 0.9 - (strength * 0.55 * (1 - visible)) + (strength * 0.08 * Normal());
            if (_random.NextDouble() < 0.06 * strength) score = 0.1 + (0.35 * _random.NextDouble());
            if (!missed && !moved.IsEmpty) found.Add(Make(index, moved, score));
        }

        while (_random.NextDouble() < 0.25 * strength)
        {
            double width = size.Width * (0.05 + (0.15 * _random.NextDouble()));
            double x = _random.NextDouble() * (size.Width - width);
            double y = _random.NextDouble() * (size.Height - width);
            Rle mask = Rle.FromBox(new Box(x, y, x + width, y + width), size);
            found.Add(Make(_random.Next(classes.Count), mask, 0.1 + (0.5 * _random.NextDouble())));
        }

        return new Segmentation(size.Width, size.Height, [.. found.OrderByDescending(one => one.Score)], new SegmentationTimings());

        Instance Make(int index, Rle mask, double score)
        {
            Box bounds = mask.Bounds;
            double wide = strength * 0.02 * bounds.Width;
            double high = strength * 0.02 * bounds.Height;
            Box box = new Box(
                bounds.X1 + (wide * Normal()), bounds.Y1 + (high * Normal()), bounds.X2 + (wide * Normal()), bounds.Y2 + (high * Normal()))
                .Clip(size.Width, size.Height);
            return new Instance(index, classes[index], index + 1, (float)Math.Clamp(score, 0.05, 1), box, mask);
        }
    }

    private int Step() => (int)Math.Round(strength * 1.2 * Normal());

    // Box and Muller.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
