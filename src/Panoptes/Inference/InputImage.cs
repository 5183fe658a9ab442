using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>One image of a batch: its own size, and the size it has at the top left of the padded input.</summary>
/// <param name="OriginalWidth">Width of the image as it was given, in pixels.</param>
/// <param name="OriginalHeight">Height of the image as it was given, in pixels.</param>
/// <param name="Width">Width in the network's input, without padding.</param>
/// <param name="Height">Height in the network's input, without padding.</param>
public readonly record struct InputImage(int OriginalWidth, int OriginalHeight, int Width, int Height)
{
    /// <summary>A box of the network's input in the coordinates of the image as it was given, clipped to it.</summary>
    /// <param name="box">A box in the input's pixels.</param>
    public Box ToOriginal(Box box) =>
        box.Scale((double)OriginalWidth / Width, (double)OriginalHeight / Height).Clip(OriginalWidth, OriginalHeight);
}
