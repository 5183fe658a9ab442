using Panoptes.Inference.EmbedMask;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask (Ying et al. 2019): a residual network, a feature pyramid, and the head that couples pixels with proposals.</summary>
internal sealed class EmbedMaskModel : DetectFirstModel<EmbedMaskOutput>
{
    private readonly EmbedMaskConfig _config;
    private readonly EmbedMaskHead _head;
    private readonly EmbedMaskLoss _loss;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which a semantic head tells apart.</param>
    public EmbedMaskModel(ModelConfig model, int classes, int stuffClasses = 0)
        : base(model)
    {
        _config = model.EmbedMask;
        _head = Child("head", new EmbedMaskHead(model, classes));
        _loss = Child("loss", new EmbedMaskLoss(model));
        AddSemanticHead(model, stuffClasses);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> CountTargets(Batch batch) => _loss.Count(batch);

    /// <inheritdoc/>
    protected override EmbedMaskOutput ApplyHead(IReadOnlyList<Tensor> levels) => _head.Forward(levels);

    /// <inheritdoc/>
    protected override BatchLoss ComputeLosses(EmbedMaskOutput output, Batch batch) => _loss.Compute(output, batch);

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Tensor Map)> ListOutputs(EmbedMaskOutput output) =>
    [
        .. output.ProposalEmbeddings.Select((map, i) => (EmbedMaskOutputs.ProposalEmbedding(i), map)),
        .. Margins(output).Select((map, i) => (EmbedMaskOutputs.ProposalMargin(i), map)),
        (EmbedMaskOutputs.PixelEmbedding, output.PixelEmbedding),
    ];

    // The hinge loss knows no margin; a constant one is written out for the decoder.
    private IEnumerable<Tensor> Margins(EmbedMaskOutput output) =>
        _config.Loss != MaskLoss.Lovasz ? []
        : output.Margins.Count > 0 ? output.Margins
        : output.Levels.Select(level => level.Centerness.FullLike(EmbedMaskHead.ConstantMargin(_config)));
}
