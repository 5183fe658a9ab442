using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>
/// Everything that decides a training run: the network, its input, the data, the schedule. Immutable; the defaults are the records'
/// own.
/// </summary>
public sealed record PanoptesConfig
{
    /// <summary>The network, its losses and the decoding of its outputs.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>From an image of any size to the network's input.</summary>
    public InputConfig Input { get; init; } = new();

    /// <summary>The images and annotations to train on and to validate on, and how they are loaded.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>How long to train, in which batches, and how the learning rate moves.</summary>
    public ScheduleConfig Schedule { get; init; } = new();

    /// <summary>How gradients change the weights.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Evaluation while training.</summary>
    public EvaluationConfig Evaluation { get; init; } = new();

    /// <summary>What is saved while training.</summary>
    public CheckpointConfig Checkpoint { get; init; } = new();

    /// <summary>What is written to metrics.jsonl, metrics.csv and TensorBoard.</summary>
    public LoggingConfig Logging { get; init; } = new();

    /// <summary>The one seed of every random number: initial weights, order of images, augmentation.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Threads that compute; 0 takes every core.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>
    /// Parts of a batch that are computed side by side on the CPU, each on its share of the threads; divides schedule.batch_size. A narrow
    /// network gains more from it than from many threads inside each operator. batch_norm sees one part, sync_batch_norm all.
    /// </summary>
    [Range(1, 256)]
    public int Replicas { get; init; } = 1;

    /// <summary>Number format of the forward and backward pass. Losses, sorting and box arithmetic stay in float32.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>
    /// Keeps feature maps in memory with the channels of a pixel side by side (NHWC); faster convolutions on most machines.
    /// </summary>
    public bool ChannelsLast { get; init; } = true;
}
