using System.Globalization;
using Panoptes.Imaging;

namespace Panoptes.Inference.Tracking;

/// <summary>Draws tracked objects over images.</summary>
public static class TrackedOverlay
{
    extension(Overlay)
    {
        /// <summary>
        /// Draws the tracked objects over a copy of the image: masks, outlines, boxes, names and numbers. An object has the same color in
        /// all
        /// images.
        /// </summary>
        /// <param name="image">The image; it is not changed.</param>
        /// <param name="tracked">The objects in it.</param>
        /// <param name="options">What to draw; null for <see cref="OverlayOptions.Default"/>.</param>
        /// <returns>A new image of the same size.</returns>
        /// <exception cref="ArgumentException">The image is not of the segmentation's size.</exception>
        public static Image Draw(Image image, TrackedSegmentation tracked, OverlayOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(image);
            ArgumentNullException.ThrowIfNull(tracked);
            ImageSize size = new(tracked.Segmentation.Width, tracked.Segmentation.Height);
            return image.Size == size
                ? Overlay.Draw(image, [.. tracked.Instances.Select(Item)], options)
                : throw new ArgumentException($"The image is {image.Size}, and what was segmented {size}.", nameof(image));
        }
    }

    private static OverlayItem Item(TrackedInstance tracked)
    {
        Instance instance = tracked.Instance;
        string name = Canvas.CanDraw(instance.ClassName)
            ? instance.ClassName
            : instance.CategoryId.ToString(CultureInfo.InvariantCulture);
        return new OverlayItem
        {
            Mask = instance.Mask,
            Box = instance.Box,
            Label = string.Create(CultureInfo.InvariantCulture, $"{name} #{tracked.TrackId}"),
            Color = Palette.ColorOf(tracked.TrackId - 1),
        };
    }
}
