using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.Semantic;

/// <summary>
/// Labels every pixel with a class of stuff, or as a thing (Panoptic FPN, with all things as one class): beside any method's head it makes
/// panoptic results possible.
/// </summary>
public sealed class SemanticHead : Module
{
    private readonly SemanticBranch _branch;
    private readonly Conv2d _logits;
    private readonly SemanticConfig _config;

    private SemanticHead(ModelConfig model, int stuffClasses)
    {
        _config = model.Semantic;
        _branch = Child("branch", new SemanticBranch(model.Fpn.Channels, _config.Channels, _config.NormGroups));
        _logits = Child("logits", ConvBlock.Predictor(_config.Channels, stuffClasses + 1, kernel: 1));
    }

    /// <summary>The head that a configuration asks for, or null.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="stuffClasses">Number of stuff classes S.</param>
    public static SemanticHead? Create(ModelConfig model, int stuffClasses) =>
        model.Semantic.Enabled ? new SemanticHead(model, stuffClasses) : null;

    /// <summary>Channels of the backbone's stages that the pyramid is built on: from C2 with this head, else from C3.</summary>
    internal static int[] PyramidInputs(ModelConfig model, IEnumerable<int> stages) => [.. stages.Skip(model.Semantic.Enabled ? 0 : 1)];

    /// <summary>Computes the logits of the stuff classes and, last, of things.</summary>
    /// <param name="features">P2 to P5; more are not looked at.</param>
    /// <returns>[N, S + 1, H/4, W/4].</returns>
    public Tensor Forward(IReadOnlyList<Tensor> features) => _logits.Forward(_branch.Forward(features));

    /// <summary>The loss of the logits, weighted.</summary>
    /// <param name="logits">[N, S + 1, H/4, W/4].</param>
    /// <param name="batch">The pictures with labels of their pixels.</param>
    public LossTerm Loss(Tensor logits, Batch batch) => Term(_config, logits, PixelLabels.Of(batch));

    /// <summary>The mean cross entropy over all pixels that have a label; 0 where none has.</summary>
    internal static LossTerm Term(SemanticConfig config, Tensor logits, PixelLabels labels)
    {
        int things = (int)logits.Size(1) - 1;
        PixelLabels cells = labels.AtMapStride();
        var targets = new long[cells.Values.Length];
        long labelled = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            // All instances are one class; −1 stays.
            targets[i] = Math.Min(cells.Values.Span[i], (short)things);
            labelled += targets[i] >= 0 ? 1 : 0;
        }

        Tensor target = Tensor.From<long>(targets, [logits.Size(0), cells.Height, cells.Width]).To(logits.Device);
        Tensor sum = logits.To(DType.Float32).CrossEntropyLoss(target, null, Reduction.Sum, ignoreIndex: -1);
        return new LossTerm("semantic", sum * (config.Weight / Math.Max(labelled, 1)));
    }
}
