using Panoptes.Masks;

namespace Panoptes.Inference.Tracking;

/// <summary>How an object looked in some image, and how it has moved since.</summary>
/// <param name="first">The first look at it.</param>
internal sealed class Sighting(Instance first)
{
    private MotionFilter _motion = new(first.Box);
    private Box _seenBox = first.Box;
    private Rle _seenMask = first.Mask;
    private Rle? _mask = first.Mask;

    /// <summary>Its box where it is expected in the current image.</summary>
    public Box Box { get; private set; } = first.Box;

    /// <summary>Its mask there; what lies outside of the image is cut off.</summary>
    public Rle Mask => _mask ??= Moved();

    /// <summary>Goes to the next image.</summary>
    /// <param name="grows">Whether the size may go on changing as it did.</param>
    public void Predict(bool grows)
    {
        _motion.Predict(grows);
        Box = _motion.Box;
        _mask = null;
    }

    /// <summary>Corrects where it is, and takes its looks from the current image.</summary>
    public void Replace(Instance instance)
    {
        _motion.Correct(instance.Box);
        Box = _seenBox = instance.Box;
        _mask = _seenMask = instance.Mask;
    }

    /// <summary>Corrects where it is; it keeps its looks.</summary>
    /// <param name="right">Pixels to the right of where it was expected.</param>
    /// <param name="down">Pixels below.</param>
    public void Shift(double right, double down)
    {
        _motion.Correct(new Box(Box.X1 + right, Box.Y1 + down, Box.X2 + right, Box.Y2 + down));
        Box = _motion.Box;
        _mask = null;
    }

    private Rle Moved()
    {
        int right = (int)Math.Round((Box.X1 + Box.X2 - _seenBox.X1 - _seenBox.X2) / 2);
        int down = (int)Math.Round((Box.Y1 + Box.Y2 - _seenBox.Y1 - _seenBox.Y2) / 2);
        return right == 0 && down == 0 ? _seenMask : _seenMask.Crop(-right, -down, _seenMask.Height, _seenMask.Width);
    }
}
