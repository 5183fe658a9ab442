using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask (Ying et al. 2019): a residual network, a feature pyramid, and the head that couples pixels with proposals.</summary>
internal sealed class EmbedMaskModel : PyramidModel
{
    private readonly EmbedMaskConfig _config;
    private readonly EmbedMaskHead _head;
    private readonly EmbedMaskLoss _loss;
    private readonly SemanticHead? _semantic;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which a semantic head tells apart.</param>
    public EmbedMaskModel(ModelConfig model, int classes, int stuffClasses = 0)
        : base(model, fromP2: model.Semantic.Enabled)
    {
        _config = model.EmbedMask;
        _head = Child("head", new EmbedMaskHead(model, classes));
        _loss = Child("loss", new EmbedMaskLoss(model));
        _semantic = model.Semantic.Enabled ? Child("semantic", new SemanticHead(model, stuffClasses)) : null;
    }

    /// <summary>Computes the raw outputs of normalized images [N, 3, H, W]; H and W are multiples of 32.</summary>
    public EmbedMaskOutput Forward(Tensor images)
    {
        Tensor[] levels = Pyramid(images); // P3 .. P7; for a semantic head P2 .. P7
        return _semantic is null
            ? _head.Forward(levels)
            : _head.Forward(levels[1..]) with { SemanticLogits = _semantic.Forward(levels) };
    }

    /// <inheritdoc/>
    public override BatchLoss ComputeLosses(Tensor images, Batch batch) => _loss.Compute(Forward(images), batch);

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Map)> Predict(Tensor images)
    {
        EmbedMaskOutput output = Forward(images);
        return
        [
            .. output.ByName(),
            .. output.ProposalEmbeddings.Select((map, i) => (OutputNames.ProposalEmbedding(i), map)),
            .. Margins(output).Select((map, i) => (OutputNames.ProposalMargin(i), map)),
            (OutputNames.PixelEmbedding, output.PixelEmbedding),
        ];
    }

    // The hinge loss knows no margin; a constant one is written out for the decoder.
    private IEnumerable<Tensor> Margins(EmbedMaskOutput output) =>
        _config.Loss != MaskLoss.Lovasz ? []
        : output.Margins.Count > 0 ? output.Margins
        : output.Levels.Select(level => level.Centerness.FullLike(EmbedMaskHead.ConstantMargin(_config)));
}
