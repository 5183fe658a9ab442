using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models;

/// <summary>Builds the network that a configuration describes.</summary>
internal static class ModelFactory
{
    /// <summary>Builds the network of a model file with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="card">The file's card: its classes, and what the method needs in addition to the configuration.</param>
    /// <exception cref="InputException">The card is not one of this configuration.</exception>
    public static TrainableModel Create(PanoptesConfig config, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Create(config, card.Classes.Count, card.MethodOptions, card.StuffClasses.Count);
    }

    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes; of things where the data has stuff too.</param>
    /// <param name="options">What the method needs in addition to the configuration (prepared by its <see cref="TrainingMethod"/>).</param>
    /// <param name="stuffClasses">Number of classes of stuff; 0 for instance data.</param>
    /// <exception cref="InputException">
    /// The options are not those that the configuration describes, or there is no stuff for what must know it.
    /// </exception>
    public static TrainableModel Create(PanoptesConfig config, int classes, MethodOptions? options = null, int stuffClasses = 0)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Model.Fcos.ClassWeights is { Count: > 0 } weights && weights.Count != classes)
        {
            throw InputException.ForSetting(
                "model.fcos.class_weights",
                $"{weights} has {weights.Count} numbers, but the data has {classes} classes; give one for each, or []");
        }

        return config.Model.Semantic.Enabled && stuffClasses == 0
            ? throw InputException.ForSetting(
                "model.semantic.enabled",
                "the head labels classes of stuff, and the data has none; panoptic data has")
            : TrainingMethod.Of(config.Model.Method).CreateNetwork(config, classes, options, stuffClasses);
    }
}
