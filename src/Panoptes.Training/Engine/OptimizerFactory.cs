using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>Makes the optimizer of a network: which parameters are decayed, and how fast each is trained.</summary>
internal static class OptimizerFactory
{
    private const string BackbonePrefix = "backbone.";

    /// <summary>Groups the trainable parameters by the rules of the configuration's style.</summary>
    /// <param name="config">Learning rate, momentum, decay and style.</param>
    /// <param name="network">The network; frozen parameters are skipped.</param>
    public static Optimizer Create(OptimizerConfig config, Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(config);
        HashSet<string> normalizations = [.. network.Modules()
            .Where(m => m.Value is GroupNorm or BatchNorm2d)
            .SelectMany(m => new[] { $"{m.Name}.weight", $"{m.Name}.bias" })];
        IEnumerable<ParameterGroup> groups = network.Parameters()
            .Where(p => p.Value.RequiresGrad)
            .GroupBy(p => Rule(config, p.Name, normalizations.Contains(p.Name)))
            .Select(g => new ParameterGroup([.. g], g.Key.Factor, g.Key.Decay));
        return config.Kind switch
        {
            OptimizerKind.AdamW => new AdamW(groups, config.LearningRate, config.Momentum),
            _ => new Sgd(groups, config.LearningRate, config.Momentum),
        };
    }

    /// <summary>
    /// Begins the moving average of all that training changes: the trainable parameters, and the running statistics of batch_norm.
    /// </summary>
    /// <param name="config">The average's memory.</param>
    /// <param name="network">The network, with the weights that it begins with.</param>
    /// <returns>The average; null where the configuration asks for none.</returns>
    public static WeightAverage? CreateAverage(OptimizerConfig config, Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(config);
        if (config.EmaDecay is not { } decay)
        {
            return null;
        }

        IEnumerable<(string, Tensor)> statistics = network.Modules()
            .Where(m => m.Value is BatchNorm2d)
            .SelectMany(m => m.Value.Buffers().Select(b => ($"{m.Name}.{b.Name}", b.Value)));
        return new WeightAverage([.. network.Parameters().Where(p => p.Value.RequiresGrad), .. statistics], decay);
    }

    private static (double Factor, double Decay) Rule(OptimizerConfig config, string name, bool isNormalization)
    {
        double factor = name.StartsWith(BackbonePrefix, StringComparison.Ordinal) ? config.BackboneLrFactor : 1;
        bool isBias = name.EndsWith("bias", StringComparison.Ordinal);
        return config.Style switch
        {
            // maskrcnn-benchmark: every bias at twice the rate and without decay, all else decayed.
            ParameterStyle.Legacy => isBias ? (2 * factor, 0) : (factor, config.WeightDecay),
            ParameterStyle.NoBiasDecay => (factor, isBias || isNormalization ? 0 : config.WeightDecay),
            // detectron2: normalizations are not decayed, biases are treated as weights.
            _ => (factor, isNormalization ? 0 : config.WeightDecay),
        };
    }
}
