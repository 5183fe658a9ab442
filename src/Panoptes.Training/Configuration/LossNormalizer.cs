namespace Panoptes.Training.Configuration;

/// <summary>What the summed focal loss is divided by.</summary>
public enum LossNormalizer
{
    /// <summary>The batch's positive locations.</summary>
    Fg,

    /// <summary>A moving average (0.9) of the positive locations, starting at 100; steadier when objects are few.</summary>
    MovingFg,

    /// <summary>All locations.</summary>
    All,
}
