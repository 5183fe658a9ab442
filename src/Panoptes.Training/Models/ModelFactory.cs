using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Models;

/// <summary>Builds the network that a configuration describes.</summary>
public static class ModelFactory
{
    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes; of things where the data has stuff too.</param>
    /// <param name="codec">MEInst's mask codec; null for another method, or without encoding.</param>
    /// <param name="stuffClasses">Number of classes of stuff; 0 for instance data.</param>
    /// <exception cref="InputException">
    /// MEInst's codec is missing, or is not the one that the configuration describes; or there is no stuff for what must know it.
    /// </exception>
    public static TrainableModel Create(PanoptesConfig config, int classes, MaskCodec? codec = null, int stuffClasses = 0)
    {
        ModelConfig model = config.Model;
        if (model.Semantic.Enabled && stuffClasses == 0)
        {
            throw new InputException("model.semantic.enabled: the head labels classes of stuff, and the data has none; panoptic data has");
        }

        return model.Method switch
        {
            Method.EmbedMask => new EmbedMaskModel(model, classes, stuffClasses) { Precision = config.Precision },
            Method.MEInst => new MEInstModel(model, classes, codec, stuffClasses) { Precision = config.Precision },
            Method.Ciae => new CiaeModel(model, classes, stuffClasses, config.Schedule.Iterations) { Precision = config.Precision },
            _ => throw new InputException($"model.method {model.Method} cannot be trained; allowed: embedmask, meinst, ciae"),
        };
    }
}
