using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>Makes the optimizer of a network: which parameters are decayed, and how fast each is trained.</summary>
internal static class OptimizerFactory
{
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

    private static (double Factor, double Decay) Rule(OptimizerConfig config, string name, bool isNormalization) => config.Style switch
    {
        // maskrcnn-benchmark: every bias at twice the rate and without decay, all else decayed.
        ParameterStyle.Legacy => name.EndsWith("bias", StringComparison.Ordinal) ? (2, 0) : (1, config.WeightDecay),
        // detectron2: normalizations are not decayed, biases are treated as weights.
        _ => (1, isNormalization ? 0 : config.WeightDecay),
    };
}
