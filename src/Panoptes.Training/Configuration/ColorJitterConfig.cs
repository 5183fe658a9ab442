using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>
/// Changes of a training image's colors, in an order that is drawn for each image, as torchvision's ColorJitter makes them. All are off
/// by default; 0.4, 0.4, 0.4 and 0.1 are usual.
/// </summary>
public sealed record ColorJitterConfig
{
    /// <summary>The brightness is multiplied by a factor between 1 − this and 1 + this.</summary>
    [Range(0.0, 1.0)]
    public double Brightness { get; init; }

    /// <summary>The distance of all values to the image's mean gray is multiplied by a factor between 1 − this and 1 + this.</summary>
    [Range(0.0, 1.0)]
    public double Contrast { get; init; }

    /// <summary>The distance of each color to its own gray is multiplied by a factor between 1 − this and 1 + this.</summary>
    [Range(0.0, 1.0)]
    public double Saturation { get; init; }

    /// <summary>Hues are turned by up to this part of the color circle, either way.</summary>
    [Range(0.0, 0.5)]
    public double Hue { get; init; }
}
