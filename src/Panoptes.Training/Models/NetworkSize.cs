using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Models;

/// <summary>
/// How many values a network has at least, counted before it is built: a model file of a few bytes may describe one that no machine holds.
/// </summary>
internal static class NetworkSize
{
    private const int Taps = 9; // of a 3x3 convolution

    /// <summary>Counts the weights of the backbone's, the pyramid's and the head's convolutions.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="card">The model's card.</param>
    public static long AtLeast(PanoptesConfig config, ModelCard card)
    {
        ModelConfig model = config.Model;
        long fpn = model.Fpn.Channels;
        long width = model.Head.Convs > 0 ? model.Head.Channels : fpn;
        long tower = model.Head.Convs == 0 ? 0 : (Taps * fpn * width) + (Taps * width * width * (model.Head.Convs - 1));
        long outputs = (Taps * card.Classes.Count) + (card.MethodOptions is MEInstOptions meinst ? meinst.Dimension : 0);
        return Backbone(model.Backbone, fpn) + (Taps * fpn * fpn * (model.Fpn.Levels - 3)) + tower + (width * outputs);
    }

    // With the pyramid's convolutions on C3 to C5.
    private static long Backbone(BackboneConfig config, long fpn)
    {
        ResNetLayout layout = ResNetLayout.Of(config.Type);
        long values = 0;
        long inputs = config.BaseWidth;
        for (int stage = 0; stage < layout.Depths.Count; stage++)
        {
            int width = config.BaseWidth << stage;
            (long inside, long outside) = (layout.Inside(width), layout.Outside(width));
            for (int block = 0; block < layout.Depths[stage]; block++, inputs = outside)
            {
                values += layout.IsBottleneck
                    ? (inputs * inside) + (Taps * inside * inside / layout.Groups) + (inside * outside)
                    : Taps * ((inputs * outside) + (outside * outside));
            }

            values += stage == 0 ? 0 : (outside * fpn) + (Taps * fpn * fpn);
        }

        return values;
    }
}
