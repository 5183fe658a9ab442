using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>
/// By how much each term of a pass's losses counts in a step of several passes. A term is a sum divided by a count of its own pass
/// (positives, images, pixels); weighted by that pass's share of the count, the passes add up to the loss of one batch that holds all
/// their images.
/// </summary>
/// <param name="counts">What each pass's terms are divided by (<see cref="TrainableModel.CountTargets"/>).</param>
internal sealed class PassWeights(IReadOnlyList<IReadOnlyDictionary<string, double>> counts)
{
    /// <summary>The weight of a term in a pass.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="term">The name of the term.</param>
    public double Of(int pass, string term)
    {
        double own = counts[pass][term], all = counts.Sum(count => count[term]);

        // A pass that has counted nothing divided by 1.
        return own > 0 ? own / all : 1 / Math.Max(all, 1);
    }

    /// <summary>Weighs the losses of a pass.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="loss">Its losses.</param>
    public BatchLoss Weigh(int pass, BatchLoss loss) =>
        loss with { Terms = [.. loss.Terms.Select(term => term with { Value = term.Value * Of(pass, term.Name) })] };
}
