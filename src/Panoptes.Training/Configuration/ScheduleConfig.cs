using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>How long to train, in which batches, and how the learning rate moves. The default is the "1x" schedule.</summary>
public sealed record ScheduleConfig
{
    /// <summary>Steps of the optimizer; 0 writes the initialized model.</summary>
    [Range(0, int.MaxValue)]
    public int Iterations { get; init; } = 90_000;

    /// <summary>
    /// Most minutes of training steps; null does not bound them. On a machine too slow for all iterations the decay goes by time, so
    /// that the learning rate still falls to its end. Evaluations and saving do not count.
    /// </summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double? Minutes { get; init; }

    /// <summary>
    /// Images of one forward and backward pass, those of all replicas together; 0 takes as many as memory holds, and as many passes as make
    /// optimizer.base_batch images a step.
    /// </summary>
    [Range(0, 4096)]
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Passes that make one step of the optimizer, which sees batch_size x accumulation images: their losses are divided by what all of
    /// them count, so that the step is that of one large batch at the memory of a small one.
    /// </summary>
    [Range(1, 4096)]
    public int Accumulation { get; init; } = 1;

    /// <summary>The gentle start.</summary>
    public WarmupConfig Warmup { get; init; } = new();

    /// <summary>How the learning rate falls.</summary>
    public DecayConfig Decay { get; init; } = new();
}
