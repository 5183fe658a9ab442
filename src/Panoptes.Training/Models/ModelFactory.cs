using Panoptes.Inference;
using Panoptes.Masks.Codec;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Models;

/// <summary>Builds the network that a configuration describes.</summary>
public static class ModelFactory
{
    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="codec">MEInst's mask codec; null for another method, or without encoding.</param>
    /// <param name="stuffClasses">Number of stuff classes, for CIAE or a semantic head.</param>
    /// <exception cref="InputException">MEInst's codec is missing, or is not the one that the configuration describes.</exception>
    public static TrainableModel Create(PanoptesConfig config, int classes, MaskCodec? codec = null, int stuffClasses = 0) => config.Model.Method switch
    {
        Method.EmbedMask => new EmbedMaskModel(config.Model, classes) { Precision = config.Precision },
        Method.MEInst => new MEInstModel(config.Model, classes, codec) { Precision = config.Precision },
        _ => throw new InputException($"model.method {config.Model.Method} cannot be trained; allowed: embedmask, meinst"),
    };
}
