using Panoptes.Masks;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models;

/// <summary>What the losses of all methods have in common: FCOS's terms first, then the method's own, then a semantic head's.</summary>
internal abstract class MethodLoss : Module
{
    private readonly ModelConfig _model;
    private readonly FcosLoss _fcosLoss;

    /// <summary>Makes the common part.</summary>
    /// <param name="model">The model's options.</param>
    protected MethodLoss(ModelConfig model)
    {
        _model = model;
        _fcosLoss = Child("fcos", new FcosLoss(model.Fcos));
    }

    /// <summary>Assigns locations to the objects of a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    /// <param name="boxes">Their boxes.</param>
    /// <param name="classes">Their classes.</param>
    /// <param name="inMask">Also demands that a location lies in its object's mask; null does not.</param>
    protected FcosTargets Assign(
        FcosOutput output, Batch batch, IReadOnlyList<Box> boxes, ReadOnlySpan<long> classes, FcosTargets.MaskTest? inMask)
    {
        int[] counts = [.. batch.Images.Select(p => p.InstanceCount)];
        return FcosTargets.Assign(_model.Fcos, Grid(output, batch), boxes, classes, counts, inMask);
    }

    /// <summary>Lays the grid of locations over a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    protected static LocationGrid Grid(FcosOutput output, Batch batch) => new(batch.Height, batch.Width, output.Levels.Count);

    /// <summary>Computes all losses of a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    /// <param name="targets">What the positive locations should say.</param>
    /// <param name="ownTerms">Computes the terms of the method, weighted, from the flattened outputs.</param>
    protected BatchLoss Assemble(
        FcosOutput output, Batch batch, FcosTargets targets, Func<FlatOutputs, IEnumerable<LossTerm>> ownTerms)
    {
        FlatOutputs flat = FlatOutputs.From(output.Levels);
        List<LossTerm> terms = [.. _fcosLoss.Compute(flat, targets), .. ownTerms(flat)];
        if (output.SemanticLogits is { } logits)
        {
            terms.Add(SemanticHead.Term(_model.Semantic, logits, PixelLabels.Of(batch)));
        }

        return new BatchLoss(terms, batch.InstanceCount, batch.InstanceCount - targets.Objects.Distinct().Count());
    }
}
