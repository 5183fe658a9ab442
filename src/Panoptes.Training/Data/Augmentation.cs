using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>Draws how each training image is resized, cut and mirrored (<see cref="InputConfig"/>).</summary>
internal sealed class Augmentation
{
    private readonly InputConfig _input;

    /// <summary>Makes the augmentation that the configuration describes.</summary>
    public Augmentation(InputConfig input) => _input = input;

    /// <summary>True when every draw resizes an image to the same size.</summary>
    public bool HasOneSize => _input.ShortSide.Distinct().Count() == 1 && !_input.HasScaleJitter && _input.Mosaic == 0;

    /// <summary>Draws a transform for training.</summary>
    /// <param name="width">Width of the image's file.</param>
    /// <param name="height">Height of the image's file.</param>
    /// <param name="random">The image's own stream of this epoch.</param>
    /// <param name="objects">
    /// The image's objects: a window that is cut out holds the center of one of them. Null or empty lets it lie anywhere.
    /// </param>
    public ImageTransform Draw(int width, int height, ref RandomStream random, IReadOnlyList<ObjectRecord>? objects = null)
    {
        ImageTransform plain = DrawPlain(width, height, ref random);
        if (!_input.HasScaleJitter)
            return plain;
        (int wholeWidth, int wholeHeight) = Scaled(plain, DrawScale(ref random));
        (int newWidth, int newHeight) = (Math.Min(wholeWidth, plain.Width), Math.Min(wholeHeight, plain.Height));
        (double X, double Y)? center = null;
        if (objects is { Count: > 0 })
        {
            // As detectron2's RandomCropWithInstance: of an image with one object, every fifth window would show none.
            Box box = objects[random.NextInt(objects.Count)].Box;
            center = ((box.X1 + box.X2) / 2 * wholeWidth / width, (box.Y1 + box.Y2) / 2 * wholeHeight / height);
        }

        int left = DrawEdge(wholeWidth, newWidth, center?.X, ref random), top = DrawEdge(wholeHeight, newHeight, center?.Y, ref random);
        return plain with { Width = newWidth, Height = newHeight, Window = new ImageWindow(wholeWidth, wholeHeight, left, top) };
    }

    /// <summary>Draws size and side, without the scale jitter.</summary>
    /// <param name="width">Width of the image's file.</param>
    /// <param name="height">Height of the image's file.</param>
    /// <param name="random">The image's own stream of this epoch.</param>
    public ImageTransform DrawPlain(int width, int height, ref RandomStream random)
    {
        int shortSide = _input.ShortSideMode == ShortSideMode.Range
            ? random.NextInt(_input.ShortSide.Min(), _input.ShortSide.Max())
            : _input.ShortSide[random.NextInt(_input.ShortSide.Count)];
        bool mirror = random.NextBool(_input.Flip);
        return Make(width, height, shortSide, _input.LongSide, mirror);
    }

    /// <summary>The transform of evaluation: one size, never mirrored.</summary>
    /// <param name="width">Width of the image's file.</param>
    /// <param name="height">Height of the image's file.</param>
    public ImageTransform ForEvaluation(int width, int height) =>
        Make(width, height, _input.EffectiveTestShortSide, _input.EffectiveTestLongSide, mirror: false);

    /// <summary>Draws the factor of the scale jitter; 1 without one.</summary>
    public double DrawScale(ref RandomStream random)
    {
        (double least, double greatest) = (_input.ScaleJitter[0], _input.ScaleJitter[1]);
        return least + ((greatest - least) * random.NextDouble());
    }

    /// <summary>The size of a resized image after another factor, at least one pixel.</summary>
    public static (int Width, int Height) Scaled(ImageTransform plain, double scale) => (
        Math.Max(1, (int)Math.Round(plain.Width * scale, MidpointRounding.AwayFromZero)),
        Math.Max(1, (int)Math.Round(plain.Height * scale, MidpointRounding.AwayFromZero)));

    // The first column or row of a window, any of those with which it holds a point.
    private static int DrawEdge(int whole, int part, double? point, ref RandomStream random)
    {
        (int first, int last) = (0, whole - part);
        if (point is { } at)
        {
            int pixel = (int)Math.Clamp(Math.Floor(at), 0, whole - 1);
            (first, last) = (Math.Max(first, pixel - part + 1), Math.Min(last, pixel));
        }

        return random.NextInt(first, last);
    }

    private static ImageTransform Make(int width, int height, int shortSide, int longSide, bool mirror)
    {
        (int newWidth, int newHeight) = PreprocessingOptions.TargetSize(width, height, shortSide, longSide);
        return new ImageTransform(width, height, newWidth, newHeight, mirror);
    }
}
