using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Import;

/// <summary>What a backbone's weights were trained with: a network that uses them must do the same, or their features are noise.</summary>
internal sealed record WeightCard
{
    // Values come from files as texts of a few digits.
    private const double Tolerance = 1e-4;

    /// <summary>Order of the colors.</summary>
    public required ChannelOrder ChannelOrder { get; init; }

    /// <summary>Subtracted from each channel, 0..255, in that order.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Divides each channel then.</summary>
    public required IReadOnlyList<double> Std { get; init; }

    /// <summary>Where a bottleneck halves the resolution: in its first 1x1 convolution, or in its 3x3.</summary>
    public bool StrideIn1x1 { get; init; }

    /// <summary>Added to the variance by the batch normalizations.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>What in a configuration contradicts the weights.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="weights">What messages call the weights.</param>
    public IEnumerable<ConfigProblem> Check(PanoptesConfig config, string weights)
    {
        InputConfig input = config.Input;
        BackboneConfig backbone = config.Model.Backbone;
        if (input.ChannelOrder != ChannelOrder)
        {
            yield return Differs("input.channel_order", EnumNames.NameOf(input.ChannelOrder), EnumNames.NameOf(ChannelOrder));
        }

        if (!Equal(input.Mean, Mean))
        {
            yield return Differs("input.mean", $"{input.Mean}", Text(Mean));
        }

        if (!Equal(input.Std, Std))
        {
            yield return Differs("input.std", $"{input.Std}", Text(Std));
        }

        if (backbone.StrideIn1x1 != StrideIn1x1)
        {
            yield return Differs("model.backbone.stride_in_1x1", Text(backbone.StrideIn1x1), Text(StrideIn1x1));
        }

        if (Math.Abs(backbone.NormEpsilon - NormEpsilon) > Tolerance * NormEpsilon)
        {
            yield return Differs("model.backbone.norm_epsilon", $"{backbone.NormEpsilon:R}", $"{NormEpsilon:R}");
        }

        ConfigProblem Differs(string key, string has, string needed) =>
            new(key, $"{has} does not fit model.weights={weights}, trained with {needed}; set that, or leave the key out.");
    }

    private static bool Equal(IEnumerable<double> values, IEnumerable<double> expected) =>
        values.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Abs(pair.Second));

    private static string Text(IEnumerable<double> values) => $"[{string.Join(", ", values.Select(value => $"{value:R}"))}]";

    private static string Text(bool value) => value ? "true" : "false";
}
