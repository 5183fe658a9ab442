using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst (Zhang et al. 2020): a residual network, a feature pyramid, and FCOS's head with a tower for encoded masks.</summary>
internal sealed class MEInstModel : PyramidModel
{
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
        : base(Checked(model, classes, codec), fromP2: model.Semantic.Enabled)
    {
        _head = Child("head", new MEInstHead(model, classes));
        _loss = Child("loss", new MEInstLoss(model, codec));
        _semantic = model.Semantic.Enabled ? Child("semantic", new SemanticHead(model, stuffClasses)) : null;
    }

    /// <summary>Computes the raw outputs of normalized images [N, 3, H, W]; H and W are multiples of 32.</summary>
    public MEInstOutput Forward(Tensor images)
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
        MEInstOutput output = Forward(images);
        return [.. output.ByName(), .. output.Coefficients.Select((map, i) => (OutputNames.MaskCoefficients(i), map))];
    }

    private static ModelConfig Checked(ModelConfig model, int classes, MaskCodec? codec)
    {
        MEInstConfig config = model.MEInst;
        if (config.Encoding == MaskEncoding.None)
        {
            return model;
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

        return model;
    }
}
