using System.Globalization;
using Panoptes.Training.Import;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>What <c>model.weights</c> expects of other keys becomes their default.</summary>
internal static class WeightDefaults
{
    /// <summary>The configuration, laid over what its weights expect.</summary>
    public static MappingNode Under(MappingNode root) =>
        root.Find("model.weights") is ScalarNode { IsNull: false, Text: ModelConfig.ImageNet } weights
            ? Read(ImageNetWeights.Card, weights.Origin.Folder).Overlay(root)
            : root;

    private static MappingNode Read(WeightCard card, string folder)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            input: { channel_order: {{EnumNames.NameOf(card.ChannelOrder)}}, mean: {{List(card.Mean)}}, std: {{List(card.Std)}} }
            model:
              backbone: { norm_epsilon: {{card.NormEpsilon:R}}, stride_in_1x1: {{(card.StrideIn1x1 ? "true" : "false")}} }
            """);
        return YamlReader.ReadDocument(text, "model.weights", folder);
    }

    private static string List(IEnumerable<double> values) =>
        $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";
}
