using Panoptes.Coco.Files.Tracks;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Scenes;

/// <summary>An image of a drawn video and what is on it, exact to the pixel.</summary>
/// <param name="Image">The image.</param>
/// <param name="Things">The things in it that are visible, by their numbers.</param>
internal sealed record MovingFrame(Image Image, IReadOnlyList<MovingThing> Things)
{
    /// <summary>The things as the ground truth of a video.</summary>
    public IReadOnlyList<TrackedObject> ToObjects() =>
        [.. Things.Select(thing => new TrackedObject(thing.Track, thing.Category.Id, BoxXywh.FromBox(thing.Mask.Bounds), thing.Mask))];
}
