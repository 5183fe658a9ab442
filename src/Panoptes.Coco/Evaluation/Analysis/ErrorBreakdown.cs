namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>What the errors of a result file cost.</summary>
/// <param name="Ap">AP at the first IoU threshold, which the costs are measured against.</param>
/// <param name="Costs">
/// The kinds, in the order of <see cref="ErrorKind"/>. They do not add up to what is missing to 1: errors hide each other.
/// </param>
/// <param name="FalsePositiveCost">What AP would gain without any wrong detection.</param>
/// <param name="FalseNegativeCost">What AP would gain if only the objects that were found had to be found.</param>
public sealed record ErrorBreakdown(double Ap, IReadOnlyList<ErrorCost> Costs, double FalsePositiveCost, double FalseNegativeCost)
{
    /// <summary>The kind that costs most.</summary>
    public ErrorCost Worst => Costs.MaxBy(cost => cost.ApCost)!;
}
