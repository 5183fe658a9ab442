using System.Globalization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Import;

/// <summary>Tells a residual network by the tensors that it has.</summary>
internal static class BackboneShape
{
    /// <summary>The type and the width of a backbone; null if it is not a known one.</summary>
    /// <param name="shapes">Tensors under the names of a whole network (<c>backbone.conv1.weight</c>).</param>
    public static (BackboneType Type, int Width)? Detect(IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
    {
        if (!shapes.TryGetValue("backbone.conv1.weight", out IReadOnlyList<long>? stem) || stem is not [long width, 3, 7, 7])
        {
            return null;
        }

        bool isBottleneck = shapes.ContainsKey("backbone.layer1.0.conv3.weight");
        int[] depths = [.. Enumerable.Range(1, 4).Select(stage => Enumerable.Range(0, 1000).TakeWhile(block =>
            shapes.ContainsKey(string.Create(CultureInfo.InvariantCulture, $"backbone.layer{stage}.{block}.conv1.weight"))).Count())];
        long perGroup = shapes.GetValueOrDefault("backbone.layer1.0.conv2.weight") is [_, long inputs, ..]
            ? inputs * ResNetLayout.Width / width
            : 0;
        foreach (BackboneType type in Enum.GetValues<BackboneType>())
        {
            ResNetLayout layout = ResNetLayout.Of(type);
            if (layout.IsBottleneck == isBottleneck && layout.Depths.SequenceEqual(depths) && layout.GroupWidth == perGroup)
            {
                return (type, (int)width);
            }
        }

        return null;
    }

    /// <summary>The types that are known, for messages.</summary>
    public static string Known => string.Join(", ", EnumNames.Of(typeof(BackboneType)));
}
