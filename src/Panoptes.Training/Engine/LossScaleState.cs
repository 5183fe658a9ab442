namespace Panoptes.Training.Engine;

/// <summary>What a checkpoint keeps of the factor of the losses.</summary>
/// <param name="Value">The factor.</param>
/// <param name="GoodSteps">Steps since it changed.</param>
public sealed record LossScaleState(double Value, int GoodSteps);
