using Panoptes.Training.Configuration;

namespace Panoptes.Training.Pretraining;

/// <summary>How a backbone learns to tell classes of images apart.</summary>
public sealed record PretrainOptions
{
    /// <summary>The layers and their width. Its norm is trained (<see cref="BackboneNorm.BatchNorm"/>), but for a linear probe.</summary>
    public BackboneConfig Backbone { get; init; } = new() { Type = BackboneType.ResNet18 };

    /// <summary>
    /// What to start from, as <see cref="ModelConfig.Weights"/>: <c>imagenet</c> or a file; null (default) for random weights.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>
    /// Leaves the backbone as it is and trains one linear layer on its mean features: how much these say. Images are not augmented. Default
    /// false.
    /// </summary>
    public bool LinearProbe { get; init; }

    /// <summary>Side of the squares that images become, a multiple of 32, 32 to 1,024. Default 224.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Times that each image is seen, at least 1. Default 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Images of a step, at least 2. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// The highest learning rate, above 0. null (default): 0.1 for each 256 images of a step (SGD with momentum 0.9); for a linear probe
    /// 0.003 (AdamW).
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>Names the random weights, the order of the images and their crops. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How large the images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">One is not allowed.</exception>
    internal void Validate()
    {
        Require(Size is >= 32 and <= 1024 && Size % 32 == 0, nameof(Size), $"{Size}", "a multiple of 32 from 32 to 1024");
        Require(Epochs >= 1, nameof(Epochs), $"{Epochs}", "at least 1");
        Require(BatchSize >= 2, nameof(BatchSize), $"{BatchSize}", "at least 2");
        Require(LearningRate is null or (> 0 and < 100), nameof(LearningRate), $"{LearningRate}", "above 0 and below 100");
        Require(
            !LinearProbe || Weights is not null,
            nameof(LinearProbe), "true", "given with weights: random features would measure nothing");
    }

    private static void Require(bool holds, string name, string value, string allowed)
    {
        if (!holds) throw InputException.ForSetting($"{nameof(PretrainOptions)}.{name}", $"is {value}; it must be {allowed}");
    }
}
