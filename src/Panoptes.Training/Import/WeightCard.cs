using System.Text.Json;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Import;

/// <summary>What a backbone's weights were trained with: a network that uses them must do the same, or their features are noise.</summary>
internal sealed record WeightCard
{
    /// <summary>Where a safetensors file keeps it, next to its tensors.</summary>
    public const string MetadataKey = "panoptes.weights";

    // Values come from files as texts of a few digits; of the means in use for one set of weights none differs by a shade of gray.
    private const double Tolerance = 1e-4;
    private const double MeanTolerance = 1;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Order of the colors.</summary>
    public required ChannelOrder ChannelOrder { get; init; }

    /// <summary>Subtracted from each channel, 0..255, in that order.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Divides each channel then.</summary>
    public required IReadOnlyList<double> Std { get; init; }

    /// <summary>Where a bottleneck halves the resolution: in its first 1x1 convolution, or in its 3x3.</summary>
    public bool StrideIn1x1 { get; init; }

    /// <summary>Added to the variance by the batch normalizations; null where they have no variance, and any will do.</summary>
    public double? NormEpsilon { get; init; } = 1e-5;

    /// <summary>The card that a configuration describes.</summary>
    public static WeightCard Of(PanoptesConfig config) => new()
    {
        ChannelOrder = config.Input.ChannelOrder,
        Mean = [.. config.Input.Mean],
        Std = [.. config.Input.Std],
        StrideIn1x1 = config.Model.Backbone.StrideIn1x1,
        NormEpsilon = config.Model.Backbone.NormEpsilon,
    };

    /// <summary>The card of a file; null where it has none.</summary>
    /// <exception cref="InputException">The card is damaged.</exception>
    public static WeightCard? Of(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(MetadataKey, out string? json))
        {
            // A whole model says it with its configuration.
            return metadata.TryGetValue(ModelCard.MetadataKey, out string? model)
                ? Of(ConfigLoader.Parse(ModelCard.Parse(model, path).Network, $"{path} (its configuration)"))
                : null;
        }

        try
        {
            WeightCard card = JsonSerializer.Deserialize<WeightCard>(json, s_json) ?? throw new JsonException("it is null");
            return card is { Mean.Count: 3, Std.Count: 3 } ? card : throw new JsonException("it needs three means and three deviations");
        }
        catch (JsonException error)
        {
            throw new InputException(InputErrorKind.Damaged, path, MetadataKey, $"cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>What a safetensors file keeps.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

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

        if (input.Mean.Zip(Mean).Any(pair => Math.Abs(pair.First - pair.Second) > MeanTolerance))
        {
            yield return Differs("input.mean", $"{input.Mean}", Text(Mean));
        }

        if (input.Std.Zip(Std).Any(pair => Math.Abs(pair.First - pair.Second) > Tolerance * pair.Second))
        {
            yield return Differs("input.std", $"{input.Std}", Text(Std));
        }

        if (backbone.StrideIn1x1 != StrideIn1x1)
        {
            yield return Differs("model.backbone.stride_in_1x1", Text(backbone.StrideIn1x1), Text(StrideIn1x1));
        }

        if (NormEpsilon is { } epsilon && Math.Abs(backbone.NormEpsilon - epsilon) > Tolerance * epsilon)
        {
            yield return Differs("model.backbone.norm_epsilon", $"{backbone.NormEpsilon:R}", $"{epsilon:R}");
        }

        ConfigProblem Differs(string key, string has, string needed) =>
            new(key, $"{has} does not fit model.weights={weights}, trained with {needed}; set that, or leave the key out.");
    }

    private static string Text(IEnumerable<double> values) => $"[{string.Join(", ", values.Select(value => $"{value:R}"))}]";

    private static string Text(bool value) => value ? "true" : "false";
}
