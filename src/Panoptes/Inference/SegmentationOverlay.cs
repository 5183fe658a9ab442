using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>Draws results over images.</summary>
public static class SegmentationOverlay
{
    extension(Overlay)
    {
        /// <summary>
        /// Draws what was found over a copy of the image: masks, outlines, boxes, names and scores; of a panoptic model every segment, with a
        /// legend.
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

    private static OverlayItem Item(Instance instance, int index) => new()
    {
        Mask = instance.Mask,
        Box = instance.Box,
        Label = instance.ClassName,
        Score = instance.Score,
        Color = Palette.ColorOf(index),
    };
}
