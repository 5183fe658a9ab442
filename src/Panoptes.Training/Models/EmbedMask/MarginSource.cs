namespace Panoptes.Training.Models.EmbedMask;

/// <summary>Where an instance's margin comes from.</summary>
public enum MarginSource
{
    /// <summary>A 1x1 convolution on the regressed box (the paper).</summary>
    BoxRegression,

    /// <summary>A 3x3 convolution on the tower of boxes (the method's later versions).</summary>
    Tower,

    /// <summary>One constant for all: phi = 0.5 at the distance <c>prior</c>.</summary>
    Constant,
}
