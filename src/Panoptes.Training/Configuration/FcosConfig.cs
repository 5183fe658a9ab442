using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>The FCOS detector: which locations are positive, and the losses of class, box and centerness.</summary>
public sealed record FcosConfig
{
    /// <summary>A location is positive within this many strides of a box's center. 0 or less makes the whole box positive.</summary>
    [Range(-1.0, 100.0)]
    public double CenterSamplingRadius { get; init; } = 1.5;

    /// <summary>
    /// Pixels that part the levels: a location is matched at the level in whose range its largest distance to a side of the box
    /// falls. One number fewer than <c>model.fpn.levels</c>; the first range starts below zero and the last has no end.
    /// </summary>
    [Range(1.0, 1e8)]
    public ValueList<double> LevelBoundaries { get; init; } = [64, 128, 256, 512];

    /// <summary>Weight of positives in the focal loss; negatives weigh 1 - alpha.</summary>
    [Range(0.0, 1.0)]
    public double FocalAlpha { get; init; } = 0.25;

    /// <summary>How strongly the focal loss discounts what is easy.</summary>
    [Range(0.0, 10.0)]
    public double FocalGamma { get; init; } = 2;

    /// <summary>Loss of the boxes.</summary>
    public BoxLoss BoxLoss { get; init; } = BoxLoss.GIoU;

    /// <summary>What the summed focal loss is divided by.</summary>
    public LossNormalizer Normalizer { get; init; } = LossNormalizer.Fg;

    /// <summary>Predicts centerness from the tower of boxes (the improved FCOS) and not from the tower of classes.</summary>
    public bool CenternessOnRegression { get; init; } = true;

    /// <summary>Weight of the class loss.</summary>
    [Range(0.0, 1e3)]
    public double ClassWeight { get; init; } = 1;

    /// <summary>
    /// Weight of each class in the class loss, in the order of the annotations' categories; [] weighs all alike. Rare classes may take
    /// more.
    /// </summary>
    [Range(0.0, 1e3)]
    public ValueList<double> ClassWeights { get; init; } = [];

    /// <summary>Weight of the box loss.</summary>
    [Range(0.0, 1e3)]
    public double BoxWeight { get; init; } = 1;

    /// <summary>Weight of the centerness loss.</summary>
    [Range(0.0, 1e3)]
    public double CenternessWeight { get; init; } = 1;
}
