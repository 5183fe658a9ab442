namespace Panoptes.Training.Engine;

/// <summary>Counts the objects of steps, and those of them that no location is assigned to: nothing is learned from these.</summary>
internal sealed class ObjectMeter
{
    private (double All, double Unmatched) _run;
    private (double All, double Unmatched) _recent;

    /// <summary>The share of objects without a location since <see cref="Clear"/>; null where there were no objects.</summary>
    public double? Share => ShareOf(_recent);

    /// <summary>The share of objects without a location in all steps; null where there were no objects.</summary>
    public double? ShareOfRun => ShareOf(_run);

    /// <summary>Counts a step.</summary>
    /// <param name="all">Its objects.</param>
    /// <param name="unmatched">Those of them without a location.</param>
    public void Add(double all, double unmatched)
    {
        _run = (_run.All + all, _run.Unmatched + unmatched);
        _recent = (_recent.All + all, _recent.Unmatched + unmatched);
    }

    /// <summary>Begins <see cref="Share"/> again.</summary>
    public void Clear() => _recent = default;

    private static double? ShareOf((double All, double Unmatched) count) => count.All > 0 ? count.Unmatched / count.All : null;
}
