using Panoptes.Inference;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>Draws how each training image is resized and whether it is mirrored (<see cref="InputConfig"/>).</summary>
internal sealed class Augmentation
{
    private readonly InputConfig _input;

    /// <summary>Makes the augmentation that the configuration describes.</summary>
    public Augmentation(InputConfig input) => _input = input;

    /// <summary>True when every draw resizes an image to the same size.</summary>
    public bool HasOneSize => _input.ShortSide.Distinct().Count() == 1;

    /// <summary>Draws a transform for training.</summary>
    /// <param name="width">Width of the image's file.</param>
    /// <param name="height">Height of the image's file.</param>
    /// <param name="random">The image's own stream of this epoch.</param>
    public ImageTransform Draw(int width, int height, ref RandomStream random)
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

    private static ImageTransform Make(int width, int height, int shortSide, int longSide, bool mirror)
    {
        (int newWidth, int newHeight) = PreprocessingOptions.TargetSize(width, height, shortSide, longSide);
        return new ImageTransform(width, height, newWidth, newHeight, mirror);
    }
}
