using Panoptes.Training.Configuration;

namespace Panoptes.Training.Import;

/// <summary>What is made of a file of weights.</summary>
public sealed record ImportOptions
{
    /// <summary>Where the weights come from; null tells it by the names of the tensors.</summary>
    public WeightSource? Source { get; init; }

    /// <summary>
    /// The configuration of the network, by its shipped name or as a file: a whole model is written. null writes a backbone, for
    /// <see cref="ModelConfig.Weights"/>. The backbone, the color order, the means and the deviations are still the file's.
    /// </summary>
    public string? Config { get; init; }

    /// <summary>
    /// Settings such as <c>input.mean=[103.53, 116.28, 123.675]</c>, laid over the configuration and over what is known of the source.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
