using Panoptes.Inference.Panoptic;

namespace Panoptes.Coco.Files;

/// <summary>The segments that a model found in an image, whose PNG is already written.</summary>
/// <param name="ImageId">The image's id in its dataset.</param>
/// <param name="FileName">The PNG of labels, relative to its folder.</param>
/// <param name="Segments">The segments, with the dataset's ids of classes.</param>
public sealed record PanopticResult(long ImageId, string FileName, IReadOnlyList<Segment> Segments)
{
    /// <summary>The id where it is a text, which <see cref="ImageId"/> stands for (<see cref="CocoId"/>); null elsewhere.</summary>
    public string? ImageIdText { get; init; }
}
