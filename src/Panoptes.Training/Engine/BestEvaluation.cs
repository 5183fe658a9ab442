using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>The best figure of a run's evaluations so far; kept in its checkpoint.</summary>
/// <param name="Figure">Which figure it is.</param>
/// <param name="Value">The best one; null before the first evaluation.</param>
/// <param name="Iteration">Steps made when it was measured.</param>
/// <param name="Since">Evaluations since then.</param>
internal sealed record BestEvaluation(BestFigure Figure, double? Value = null, int Iteration = 0, int Since = 0)
{
    /// <summary>Counts an evaluation.</summary>
    /// <param name="value">Its figure.</param>
    /// <param name="iteration">Steps made.</param>
    /// <returns>With <see cref="Since"/> 0 where the figure is the best so far.</returns>
    public BestEvaluation After(double value, int iteration) => Value is null || value > Value
        ? new BestEvaluation(Figure, value, iteration)
        : this with { Since = Since + 1 };
}
