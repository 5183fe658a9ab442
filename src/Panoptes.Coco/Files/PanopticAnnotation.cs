namespace Panoptes.Coco.Files;

/// <summary>The segments of one image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="FileName">The PNG of labels, relative to its folder.</param>
/// <param name="Segments">The segments, in the file's order.</param>
public sealed record PanopticAnnotation(long ImageId, string FileName, IReadOnlyList<PanopticSegment> Segments);
