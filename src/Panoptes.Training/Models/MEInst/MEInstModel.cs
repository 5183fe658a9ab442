using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst (Zhang et al. 2020): a residual network, a feature pyramid, and FCOS's head with a tower for encoded masks.</summary>
internal sealed class MEInstModel : DetectFirstModel<MEInstOutput>
{
    private readonly MEInstHead _head;
    private readonly MEInstLoss _loss;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="codec">What encodes masks; it is no part of the weights and is never trained. Null without encoding.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which a semantic head tells apart.</param>
    /// <exception cref="InputException">The codec is not the one that the configuration describes.</exception>
    public MEInstModel(ModelConfig model, int classes, MaskCodec? codec, int stuffClasses = 0)
        : base(Checked(model, classes, codec))
    {
        _head = Child("head", new MEInstHead(model, classes));
        _loss = Child("loss", new MEInstLoss(model, codec));
        AddSemanticHead(model, stuffClasses);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> CountTargets(Batch batch) => _loss.Count(batch);

    /// <inheritdoc/>
    protected override MEInstOutput ApplyHead(IReadOnlyList<Tensor> levels) => _head.Forward(levels);

    /// <inheritdoc/>
    protected override BatchLoss ComputeLosses(MEInstOutput output, Batch batch) => _loss.Compute(output, batch);

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Tensor Map)> ListOutputs(MEInstOutput output) =>
        output.Coefficients.Select((map, i) => (MEInstOutputs.MaskCoefficients(i), map));

    private static ModelConfig Checked(ModelConfig model, int classes, MaskCodec? codec)
    {
        MEInstConfig config = model.MEInst;
        if (config.Encoding == MaskEncoding.None)
        {
            return model;
        }

        if (codec is null)
        {
            throw InputException.ForSetting(
                "model.meinst",
                "the network needs its mask codec, which comes with a model file or from a fit");
        }

        if (codec.Size != config.Size || codec.Dimension != config.Dimension)
        {
            throw InputException.ForSetting(
                "model.meinst",
                $"size {config.Size} and dimension {config.Dimension} are not those of the codec, {codec.Size} and "
                + $"{codec.Dimension}");
        }

        if (codec.Classes is { } own && own != classes)
        {
            throw InputException.ForSetting("model.meinst", $"the codec has components for {own} classes, and the data has {classes}");
        }

        return model;
    }
}
