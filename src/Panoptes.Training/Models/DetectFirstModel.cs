using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models;

/// <summary>
/// What methods that detect first have in common: the method's head reads P3 and up, and a semantic head may stand next to it, which lets
/// the pyramid begin with P2.
/// </summary>
/// <typeparam name="TOutput">The raw outputs of the method's head.</typeparam>
internal abstract class DetectFirstModel<TOutput> : PyramidModel
    where TOutput : FcosOutput
{
    private SemanticHead? _semantic;

    /// <summary>Builds the residual network and the pyramid with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    protected DetectFirstModel(ModelConfig model)
        : base(model, fromP2: model.Semantic.Enabled)
    {
    }

    /// <summary>Computes the raw outputs of normalized images [N, 3, H, W]; H and W are multiples of 32.</summary>
    public TOutput Forward(Tensor images)
    {
        Tensor[] levels = Pyramid(images); // P3 .. P7; for a semantic head P2 .. P7
        return _semantic is null
            ? ApplyHead(levels)
            : (TOutput)(ApplyHead(levels[1..]) with { SemanticLogits = _semantic.Forward(levels) });
    }

    /// <inheritdoc/>
    public sealed override BatchLoss ComputeLosses(Tensor images, Batch batch) => ComputeLosses(Forward(images), batch);

    /// <inheritdoc/>
    public sealed override IEnumerable<(string Name, Tensor Map)> Predict(Tensor images)
    {
        TOutput output = Forward(images);
        return [.. output.ByName(), .. ListOutputs(output)];
    }

    /// <summary>Builds the semantic head where the configuration has one. Initial weights are drawn in order: call it last.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="stuffClasses">Number of classes of stuff, which the head tells apart.</param>
    protected void AddSemanticHead(ModelConfig model, int stuffClasses) =>
        _semantic = model.Semantic.Enabled ? Child("semantic", new SemanticHead(model, stuffClasses)) : null;

    /// <summary>Applies the method's head to P3 and up.</summary>
    /// <param name="levels">[N, channels, h, w] of each level.</param>
    protected abstract TOutput ApplyHead(IReadOnlyList<Tensor> levels);

    /// <summary>Computes the losses of a batch; gradients are recorded.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    protected abstract BatchLoss ComputeLosses(TOutput output, Batch batch);

    /// <summary>Lists the outputs of the method by their names, without those of the detector and of the semantic head.</summary>
    /// <param name="output">The network's raw outputs.</param>
    protected abstract IEnumerable<(string Name, Tensor Map)> ListOutputs(TOutput output);
}
