using Panoptes.Inference.MEInst;

namespace Panoptes.Training.Models.MEInst;

/// <summary>How an auto-encoder of masks is fitted.</summary>
public sealed record AutoencoderOptions
{
    /// <summary>How many numbers stand for a mask, 1 to the masks' pixels. Default: 60.</summary>
    public int Dimension { get; init; } = 60;

    /// <summary>Units of the hidden layer in either direction, 1 to <see cref="AutoencoderCodec.MostHidden"/>. Default: 128.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Steps of Adam, at least 1. Default: 2000.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Masks in a step, at least 1. Default: 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The learning rate after the warm-up; it falls to 0 along a cosine. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decides the first weights and the order of the masks. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Checks what can be wrong for any masks.</summary>
    /// <param name="size">The masks' side.</param>
    /// <exception cref="InputException">An option makes no sense; the message names it and what is allowed.</exception>
    internal void Validate(int size)
    {
        AutoencoderCodec.Validate(size, Dimension, Hidden);
        if (Steps < 1 || BatchSize < 1)
        {
            throw InputException.ForSetting(null, $"the codec's fit has {Steps} steps of {BatchSize} masks; both must be at least 1");
        }
    }
}
