using System.Globalization;
using Panoptes.Inference;
using Panoptes.Training.Import;
using Panoptes.Training.Models;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>What <c>model.weights</c> expects of other keys becomes their default.</summary>
internal static class WeightDefaults
{
    /// <summary>The configuration, laid over what its weights expect.</summary>
    public static MappingNode Under(MappingNode root)
    {
        WeightCard? card = root.Find("model.weights") switch
        {
            ScalarNode { IsNull: false, Text: ModelConfig.ImageNet } => ImageNetWeights.Card,
            ScalarNode { IsNull: false } name when ShippedModels.Find(name.Text) is { } model => CardOf(model),
            ScalarNode { IsNull: false } file => CardOf(ConfigFileReader.FullPath(file.Text, file.Origin.Folder, file.Origin)),
            _ => null,
        };
        return card is null ? root : Layer(card).Overlay(root);
    }

    /// <summary>A configuration that says what weights expect, and nothing else.</summary>
    public static MappingNode Layer(WeightCard card)
    {
        double epsilon = card.NormEpsilon ?? new BackboneConfig().NormEpsilon;
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            input: { channel_order: {{EnumNames.NameOf(card.ChannelOrder)}}, mean: {{List(card.Mean)}}, std: {{List(card.Std)}} }
            model: { backbone: { norm_epsilon: {{epsilon:R}}, stride_in_1x1: {{(card.StrideIn1x1 ? "true" : "false")}} } }
            """);
        return YamlReader.ReadDocument(text, "model.weights", Environment.CurrentDirectory);
    }

    // A file that is missing or damaged is told where it is opened.
    private static WeightCard? CardOf(string path)
    {
        try
        {
            return File.Exists(path) ? WeightCard.Of(path, ModelHeader.Read(path).Metadata) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static string List(IEnumerable<double> values) =>
        $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";
}
