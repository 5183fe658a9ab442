using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>Draws results over images.</summary>
public static class SegmentationOverlay
{
    extension(Overlay)
    {
        /// <summary>
        /// Draws segments over a copy of the image: each class has a color, its things have shades of it, and void stays as it is. A class
        /// has the same color in all images.
        /// </summary>
        /// <param name="image">The image; it is not changed.</param>
        /// <param name="segmentation">The segments, of the image's size.</param>
        /// <param name="options">What to draw; null for <see cref="PanopticOverlayOptions.Default"/>.</param>
        /// <returns>A new image of the same size; higher by the legend where there is one.</returns>
        /// <exception cref="ArgumentException">The segments are not of the image's size.</exception>
        public static Image Draw(Image image, PanopticSegmentation segmentation, PanopticOverlayOptions? options = null) =>
            PanopticOverlay.Draw(image, segmentation, options);

        /// <summary>
        /// Draws what was found over a copy of the image: masks, outlines, boxes, names and scores; of a panoptic model every segment, with
        /// a legend.
        /// </summary>
        /// <param name="image">The image; it is not changed.</param>
        /// <param name="segmentation">What was found in it.</param>
        /// <param name="options">What to draw of instances; null for <see cref="OverlayOptions.Default"/>.</param>
        /// <returns>A new image; of a panoptic model it is higher by the legend.</returns>
        /// <exception cref="ArgumentException">The image is not of the segmentation's size.</exception>
        public static Image Draw(Image image, Segmentation segmentation, OverlayOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(image);
            ArgumentNullException.ThrowIfNull(segmentation);
            if (image.Width != segmentation.Width || image.Height != segmentation.Height)
            {
                throw new ArgumentException(
                    $"The image is {image.Size}, and what was segmented {segmentation.Width}x{segmentation.Height}.", nameof(image));
            }

            return segmentation.Panoptic is { } segments
                ? PanopticOverlay.Draw(image, segments, new PanopticOverlayOptions { Legend = true })
                : Overlay.Draw(image, [.. segmentation.Instances.Select(Item)], options);
        }
    }

    /// <summary>The colors in which <c>Overlay.Draw</c> shows what was found, for example for a legend.</summary>
    /// <param name="segmentation">What was found.</param>
    /// <returns>A color for each instance, in order; of a panoptic model for each segment.</returns>
    public static IReadOnlyList<Rgb> ColorsOf(Segmentation segmentation)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        if (segmentation.Panoptic is not { } panoptic) return [.. segmentation.Instances.Select((_, i) => Palette.ColorOf(i))];
        Rgb[] colors = PanopticOverlay.Colors(panoptic.Segments);
        return [.. panoptic.Segments.Select(segment => colors[segment.Id])];
    }

    private static OverlayItem Item(Instance instance, int index) => new()
    {
        Mask = instance.Mask,
        Box = instance.Box,
        Label = instance.ClassName,
        Number = instance.CategoryId,
        Score = instance.Score,
        Color = Palette.ColorOf(index),
    };
}
