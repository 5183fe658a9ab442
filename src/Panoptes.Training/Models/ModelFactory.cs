using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.EmbedMask;

namespace Panoptes.Training.Models;

/// <summary>Builds the network that a configuration describes.</summary>
public static class ModelFactory
{
    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes.</param>
    public static TrainableModel Create(PanoptesConfig config, int classes) => config.Model.Method switch
    {
        Method.EmbedMask => new EmbedMaskModel(config.Model, classes) { Precision = config.Precision },
        _ => throw new InputException($"model.method {config.Model.Method} cannot be trained; allowed: embedmask"),
    };
}
