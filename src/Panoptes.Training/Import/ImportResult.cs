namespace Panoptes.Training.Import;

/// <summary>What became of a file of weights.</summary>
public sealed record ImportResult
{
    /// <summary>Where the weights come from.</summary>
    public required WeightSource Source { get; init; }

    /// <summary>The backbone, as a configuration spells it: <c>resnet50</c>.</summary>
    public required string Backbone { get; init; }

    /// <summary>Whether a whole model was written, and not only a backbone.</summary>
    public required bool IsModel { get; init; }

    /// <summary>Order of the colors that the weights expect, as a configuration spells it.</summary>
    public required string ChannelOrder { get; init; }

    /// <summary>The mean of each channel, 0..255, in that order.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>The deviation of each channel.</summary>
    public required IReadOnlyList<double> Std { get; init; }

    /// <summary>Whether a bottleneck halves the resolution in its first 1x1 convolution.</summary>
    public required bool StrideIn1x1 { get; init; }

    /// <summary>Added to the variance by the batch normalizations.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Tensors taken over: the name in the network, and the names in the file that it was made of.</summary>
    public required IReadOnlyList<(string Name, string Source)> Matched { get; init; }

    /// <summary>Tensors of the network that keep their initial values, with the reason.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Tensors of the file that the network has no place for; counters and ImageNet's classifier are not named.</summary>
    public required IReadOnlyList<string> LeftOver { get; init; }
}
