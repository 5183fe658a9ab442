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

    /// <summary>Counts what each term of a batch's losses is divided by.</summary>
    /// <param name="batch">The objects.</param>
    public Dictionary<string, double> Count(Batch batch)
    {
        FcosTargets targets = Assign(batch);
        Dictionary<string, double> counts = new(_fcosLoss.Count(targets, Grid(batch).Count * batch.Images.Count));
        foreach ((string term, double count) in OwnCounts(batch, targets))
        {
            counts.Add(term, count);
        }

        if (_model.Semantic.Enabled)
        {
            counts.Add(SemanticHead.TermName, PixelLabels.Of(batch).AtMapStride().LabeledCount);
        }

        return counts;
    }

    /// <summary>Says which locations of a batch learn which object.</summary>
    /// <param name="batch">The objects.</param>
    protected abstract FcosTargets Assign(Batch batch);

    /// <summary>Counts what the method's own terms are divided by.</summary>
    /// <param name="batch">The objects.</param>
    /// <param name="targets">Which locations learn which object.</param>
    protected abstract IEnumerable<(string Term, double Count)> OwnCounts(Batch batch, FcosTargets targets);

    /// <summary>Assigns locations to the objects of a batch.</summary>
    /// <param name="batch">The objects.</param>
    /// <param name="boxes">Their boxes.</param>
    /// <param name="classes">Their classes.</param>
    /// <param name="inMask">Also demands that a location lies in its object's mask; null does not.</param>
    protected FcosTargets Assign(
        Batch batch, IReadOnlyList<Box> boxes, ReadOnlySpan<long> classes, FcosTargets.MaskTest? inMask)
    {
        int[] counts = [.. batch.Images.Select(p => p.InstanceCount)];
        return FcosTargets.Assign(_model.Fcos, Grid(batch), boxes, classes, counts, inMask);
    }

    /// <summary>Lays the grid of locations over a batch.</summary>
    /// <param name="batch">The objects.</param>
    protected LocationGrid Grid(Batch batch) => new(batch.Height, batch.Width, _model.Fpn.Levels);

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
