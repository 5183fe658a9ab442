using Panoptes.Inference;

namespace FolderWorker;

/// <summary>What was found in an image, as it is written.</summary>
internal sealed record FoundObjects(string Image, int Width, int Height, IReadOnlyList<FoundObject> Objects)
{
    /// <summary>Takes it from a result.</summary>
    public static FoundObjects Of(string image, Segmentation found) => new(
        image, found.Width, found.Height,
        [
            .. found.Instances.Select(i => new FoundObject(
                i.ClassName, i.Score, [i.Box.X1, i.Box.Y1, i.Box.Width, i.Box.Height], i.Mask.Area, i.ToPolygons(tolerance: 1))),
        ]);
}
