using Panoptes.Inference;

namespace AotService;

/// <summary>What was found in an image.</summary>
internal sealed record FoundObjects(int Width, int Height, IReadOnlyList<FoundObject> Objects)
{
    /// <summary>Takes it from a result.</summary>
    public static FoundObjects Of(Segmentation found) => new(
        found.Width, found.Height,
        [.. found.Instances.Select(i => new FoundObject(i.ClassName, i.Score, i.Mask.Area, i.Mask.ToCompressedString()))]);
}
