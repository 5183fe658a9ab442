using System.Globalization;

namespace Panoptes.Coco.Files;

/// <summary>The segments of one image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="FileName">The PNG of labels, relative to its folder.</param>
/// <param name="Segments">The segments, in the file's order.</param>
public sealed record PanopticAnnotation(long ImageId, string FileName, IReadOnlyList<PanopticSegment> Segments)
{
    /// <summary>The image's id where it is a text, which <see cref="ImageId"/> then stands for; null where it is an integer.</summary>
    public string? ImageIdText { get; init; }

    /// <summary>The image's id as it stands in the file.</summary>
    internal string ImageIdAsWritten => ImageIdText ?? ImageId.ToString(CultureInfo.InvariantCulture);
}
