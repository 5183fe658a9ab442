using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Semantic;

/// <summary>
/// Labels every pixel with a class of stuff, or as a thing (Panoptic FPN, with all things as one class): next to any method's head it makes
/// panoptic results possible.
/// </summary>
internal sealed class SemanticHead : Module
{
    /// <summary>The name of the loss's term.</summary>
    internal const string TermName = "semantic";

    private readonly SemanticBranch _branch;
    private readonly Conv2d _logits;

    /// <summary>Builds the head.</summary>
    /// <param name="model">Widths and options.</param>
    /// <param name="stuffClasses">Number of stuff classes S.</param>
    public SemanticHead(ModelConfig model, int stuffClasses)
    {
        SemanticConfig config = model.Semantic;
        _branch = Child("branch", new SemanticBranch(model.Fpn.Channels, config.Channels, config.NormGroups));
        _logits = Child("logits", ConvBlock.Predictor(config.Channels, stuffClasses + 1, kernel: 1));
    }

    /// <summary>Computes the logits of the stuff classes and, last, of things.</summary>
    /// <param name="features">P2 to P5; more are not looked at.</param>
    /// <returns>[N, S + 1, H/4, W/4].</returns>
    public Tensor Forward(IReadOnlyList<Tensor> features) => _logits.Forward(_branch.Forward(features));

    /// <summary>The loss of the logits, weighted: the mean cross entropy over all pixels that have a label; 0 where none has.</summary>
    /// <param name="config">Its weight.</param>
    /// <param name="logits">[N, S + 1, H/4, W/4].</param>
    /// <param name="labels">What each pixel belongs to.</param>
    internal static LossTerm Term(SemanticConfig config, Tensor logits, PixelLabels labels)
    {
        int things = (int)logits.Size(1) - 1;
        PixelLabels cells = labels.AtMapStride();
        long[] targets = new long[cells.Values.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            // All instances are one class; −1 stays.
            targets[i] = Math.Min(cells.Values.Span[i], (short)things);
        }

        Tensor target = Tensor.From<long>(targets, [logits.Size(0), cells.Height, cells.Width]).To(logits.Device);
        Tensor sum = logits.To(DType.Float32).CrossEntropyLoss(target, null, Reduction.Sum, ignoreIndex: -1);
        return new LossTerm(TermName, sum * (config.Weight / Math.Max(cells.LabeledCount, 1)));
    }
}
