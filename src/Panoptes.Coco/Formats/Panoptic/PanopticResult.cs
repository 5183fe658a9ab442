using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>What writers of panoptic datasets say in the end.</summary>
internal static class PanopticResult
{
    /// <summary>The result of writing segments.</summary>
    public static ConversionResult Of(IPanopticSource source, ConversionContext context, int images, int segments) => new(
        context.Options.From,
        context.Options.To,
        images,
        segments,
        source.Categories.Count,
        context.Options.Output,
        context.ImagesPlaced,
        null,
        context.Losses.ToList());

    /// <summary>How messages call a segment.</summary>
    public static string NameOf(CocoImage image, long segment) => $"segment {segment} of image {image.Id}";

    /// <inheritdoc cref="NameOf(CocoImage, long)"/>
    public static string NameOf(CocoImage image, PanopticSegment segment) => NameOf(image, segment.Id);
}
