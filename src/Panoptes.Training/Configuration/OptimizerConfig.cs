using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>How gradients change the weights.</summary>
public sealed record OptimizerConfig
{
    /// <summary>The rule. From scratch on little data <c>adamw</c> learns in a fraction of the steps, at a rate near 0.001.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>Learning rate for a step on <c>base_batch</c> images.</summary>
    [Range(0.0, 100.0)]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Images that <c>learning_rate</c> is meant for.</summary>
    [Range(1, 1_000_000)]
    public int BaseBatch { get; init; } = 16;

    /// <summary>Multiplies the learning rate by the images of a step / <c>base_batch</c>.</summary>
    public bool ScaleToBatch { get; init; } = true;

    /// <summary>Momentum; of <c>adamw</c> the memory beta_1 of the gradient.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>L2 decay, added to the gradient before momentum; of <c>adamw</c> the decoupled decay.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>
    /// Multiplies the learning rate of the backbone, which comes trained where pyramid and heads begin at random: 0.1 is usual for
    /// fine-tuning. 1 trains all alike.
    /// </summary>
    [Range(0.0, 100.0)]
    public double BackboneLrFactor { get; init; } = 1;

    /// <summary>Rules for biases and normalizations.</summary>
    public ParameterStyle Style { get; init; } = ParameterStyle.Detectron2;

    /// <summary>Largest L2 norm of all gradients together; longer ones are shortened to it. null does not clip.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Memory of a moving average of the weights, which is evaluated and saved in place of the weights of the last step: smoother than
    /// these. 0.999 suits a few thousand steps; early steps remember less. null keeps none.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? EmaDecay { get; init; }
}
