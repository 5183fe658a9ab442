using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>The margin m = 1 / (2 sigma^2) of an instance, in phi = exp(-m |p - q|^2).</summary>
public sealed record MarginConfig
{
    /// <summary>Where the margin comes from.</summary>
    public MarginSource Source { get; init; } = MarginSource.BoxRegression;

    /// <summary>One margin for an instance, or one for each dimension of the embedding.</summary>
    public MarginDims Dims { get; init; } = MarginDims.Scalar;

    /// <summary>Pixels that the regressed distances are divided by. Read when <c>source</c> is <c>box_regression</c>.</summary>
    [Range(1.0, 1e5)]
    public double Scale { get; init; } = 800;

    /// <summary>Keeps the margin's gradient out of the boxes. Read when <c>source</c> is <c>box_regression</c>.</summary>
    public bool Detach { get; init; } = true;

    /// <summary>The features are divided by this before the margin's convolution. Read when <c>source</c> is <c>tower</c>.</summary>
    [Range(1.0, 1e4)]
    public double ReduceFactor { get; init; } = 32;

    /// <summary>
    /// Multiplies the margin's first two dimensions, those of coordinates, by a learned scale of each level (the method's later version).
    /// Needs <c>dims: per_dim</c>.
    /// </summary>
    public bool LevelScales { get; init; }

    /// <summary>Distance at which phi is 0.5 with a constant margin, or before training: m = ln 2 / prior^2.</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Prior { get; init; } = 2;
}
