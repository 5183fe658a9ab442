using Panoptes.Inference;
using Panoptes.Masks.Codec;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Backbones;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst (Zhang et al. 2020): a residual network, a feature pyramid, and FCOS's head with a tower for encoded masks.</summary>
public sealed class MEInstModel : TrainableModel
{
    private readonly ResNet _backbone;
    private readonly FeaturePyramid _fpn;
    private readonly MEInstHead _head;
    private readonly MEInstLoss _loss;
    private readonly SemanticHead? _semantic;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="codec">What encodes masks; it is no part of the weights and is never trained. Null without encoding.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which a semantic head tells apart.</param>
    /// <exception cref="InputException">The codec is not the one that the configuration describes.</exception>
    public MEInstModel(ModelConfig model, int classes, MaskCodec? codec, int stuffClasses = 0)
    {
        Check(model.MEInst, classes, codec);
        _backbone = Child("backbone", new ResNet(model.Backbone));
        _fpn = Child("fpn", new FeaturePyramid(model.Fpn, SemanticHead.PyramidInputs(model, _backbone.Channels)));
        _head = Child("head", new MEInstHead(model, classes));
        _loss = Child("loss", new MEInstLoss(model, codec));
        _semantic = SemanticHead.Create(model, stuffClasses) is { } semantic ? Child("semantic", semantic) : null;
    }

    /// <summary>Computes the raw outputs of normalised pictures [N, 3, H, W]; H and W are multiples of 32.</summary>
    public MEInstOutput Forward(Tensor pictures)
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
        MEInstOutput output = Forward(pictures);
        BatchLoss loss = _loss.Compute(output, batch);
        return _semantic is null ? loss : loss with { Terms = [.. loss.Terms, _semantic.Loss(output.SemanticLogits!, batch)] };
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Map)> Predict(Tensor pictures)
    {
        MEInstOutput output = Forward(pictures);
        for (int i = 0; i < output.Levels.Count; i++)
        {
            FcosLevel level = output.Levels[i];
            yield return (OutputNames.ClassLogits(i), level.ClassLogits);
            yield return (OutputNames.Box(i), level.Distances);
            yield return (OutputNames.Centerness(i), level.Centerness);
            yield return (OutputNames.MaskCoefficients(i), output.Coefficients[i]);
        }

        if (output.SemanticLogits is { } logits)
        {
            yield return (OutputNames.SemanticLogits, logits);
        }
    }

    private static void Check(MEInstConfig config, int classes, MaskCodec? codec)
    {
        if (config.Encoding == MaskEncoding.None)
        {
            return;
        }

        if (codec is null)
        {
            throw new InputException("model.meinst: the network needs its mask codec, which comes with a model file or from a fit");
        }

        if (codec.Size != config.Size || codec.Dimension != config.Dimension)
        {
            throw new InputException(
                $"model.meinst: size {config.Size} and dimension {config.Dimension} are not those of the codec, {codec.Size} and "
                + $"{codec.Dimension}");
        }

        if (codec.Classes is { } own && own != classes)
        {
            throw new InputException(
                $"model.meinst: the codec has components for {own} classes, and the data has {classes}");
        }
    }
}
