using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>Stochastic gradient descent with momentum.</summary>
public sealed record OptimizerConfig
{
    /// <summary>Learning rate for a step on <c>base_batch</c> pictures.</summary>
    [Range(0.0, 100.0)]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Pictures that <c>learning_rate</c> is meant for.</summary>
    [Range(1, 1_000_000)]
    public int BaseBatch { get; init; } = 16;

    /// <summary>Multiplies the learning rate by the pictures of a step / <c>base_batch</c>.</summary>
    public bool ScaleToBatch { get; init; } = true;

    /// <summary>Momentum.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>L2 decay, added to the gradient before momentum.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Rules for biases and normalisations.</summary>
    public ParameterStyle Style { get; init; } = ParameterStyle.Detectron2;

    /// <summary>Largest L2 norm of all gradients together; longer ones are shortened to it. null does not clip.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }
}
