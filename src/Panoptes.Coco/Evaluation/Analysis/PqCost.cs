namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>
/// What is missing to a panoptic quality of 1, by what would be gained if one thing were fixed: it follows from the definition (arXiv
/// 1801.00868, Eq. 1).
/// </summary>
/// <param name="FalsePositives">Gained without any segment that is not there.</param>
/// <param name="FalseNegatives">Gained if only the segments that were found had to be found.</param>
/// <param name="Borders">Gained if every segment that was found had an IoU of 1.</param>
internal sealed record PqCost(double FalsePositives, double FalseNegatives, double Borders)
{
    /// <summary>The costs of one class.</summary>
    internal static PqCost Of(PqClass one) => new(
        (one with { FalsePositives = 0 }).Pq - one.Pq,
        (one with { FalseNegatives = 0 }).Pq - one.Pq,
        (one with { IoUSum = one.TruePositives }).Pq - one.Pq);

    /// <summary>The mean over the classes that occur.</summary>
    internal static PqCost Mean(IEnumerable<PqClass> classes)
    {
        PqCost[] costs = [.. classes.Where(c => c.Occurs).Select(Of)];
        return costs.Length == 0
            ? new PqCost(0, 0, 0)
            : new PqCost(costs.Average(c => c.FalsePositives), costs.Average(c => c.FalseNegatives), costs.Average(c => c.Borders));
    }
}
