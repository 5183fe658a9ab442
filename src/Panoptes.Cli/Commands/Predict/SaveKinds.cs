namespace Panoptes.Cli.Commands.Predict;

/// <summary>What <c>panoptes predict</c> writes.</summary>
[Flags]
internal enum SaveKinds
{
    /// <summary>Each image with what was found drawn over it.</summary>
    Overlay = 1,

    /// <summary>One COCO results file.</summary>
    Coco = 2,

    /// <summary>A black and white image for each mask.</summary>
    Masks = 4,

    /// <summary>A panoptic JSON with PNGs.</summary>
    Panoptic = 8,

    /// <summary>A GeoJSON for each image.</summary>
    GeoJson = 16,
}
