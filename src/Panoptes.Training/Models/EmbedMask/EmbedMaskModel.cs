using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Backbones;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask (Ying et al. 2019): a residual network, a feature pyramid, and the head that couples pixels with proposals.</summary>
public sealed class EmbedMaskModel : TrainableModel
{
    private readonly EmbedMaskConfig _config;
    private readonly ResNet _backbone;
    private readonly FeaturePyramid _fpn;
    private readonly EmbedMaskHead _head;
    private readonly EmbedMaskLoss _loss;
    private readonly SemanticHead? _semantic;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which a semantic head tells apart.</param>
    public EmbedMaskModel(ModelConfig model, int classes, int stuffClasses = 0)
    {
        _config = model.EmbedMask;
        _backbone = Child("backbone", new ResNet(model.Backbone));
        _fpn = Child("fpn", new FeaturePyramid(model.Fpn, SemanticHead.PyramidInputs(model, _backbone.Channels)));
        _head = Child("head", new EmbedMaskHead(model, classes));
        _loss = Child("loss", new EmbedMaskLoss(model));
        _semantic = SemanticHead.Create(model, stuffClasses) is { } semantic ? Child("semantic", semantic) : null;
    }

    /// <summary>Computes the raw outputs of normalised pictures [N, 3, H, W]; H and W are multiples of 32.</summary>
    public EmbedMaskOutput Forward(Tensor pictures)
    {
        using Autocast? precision = BeginPrecision(pictures.Device);
        Tensor[] stages = _backbone.Forward(pictures); // C2 .. C5
        if (_semantic is null)
        {
            return _head.Forward(_fpn.Forward(stages.AsSpan(1))); // P3 .. P7
        }

        Tensor[] levels = _fpn.Forward(stages); // P2 .. P7
        return _head.Forward(levels[1..]) with { SemanticLogits = _semantic.Forward(levels) };
    }

    /// <inheritdoc/>
    public override BatchLoss ComputeLosses(Tensor pictures, Batch batch)
    {
        EmbedMaskOutput output = Forward(pictures);
        BatchLoss loss = _loss.Compute(output, batch);
        return _semantic is null ? loss : loss with { Terms = [.. loss.Terms, _semantic.Loss(output.SemanticLogits!, batch)] };
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Map)> Predict(Tensor pictures)
    {
        EmbedMaskOutput output = Forward(pictures);
        for (int i = 0; i < output.Levels.Count; i++)
        {
            FcosLevel level = output.Levels[i];
            yield return (OutputNames.ClassLogits(i), level.ClassLogits);
            yield return (OutputNames.Box(i), level.Distances);
            yield return (OutputNames.Centerness(i), level.Centerness);
            if (output.ProposalEmbeddings.Count > 0)
            {
                yield return (OutputNames.ProposalEmbedding(i), output.ProposalEmbeddings[i]);
            }

            if (_config.Loss == MaskLoss.Lovasz)
            {
                yield return (OutputNames.ProposalMargin(i), output.Margins.Count > 0
                    ? output.Margins[i]
                    : level.Centerness.FullLike(EmbedMaskHead.ConstantMargin(_config)));
            }
        }

        yield return (OutputNames.PixelEmbedding, output.PixelEmbedding);
        if (output.SemanticLogits is { } logits)
        {
            yield return (OutputNames.SemanticLogits, logits);
        }
    }
}
