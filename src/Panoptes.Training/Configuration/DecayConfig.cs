using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>How the learning rate falls.</summary>
public sealed record DecayConfig
{
    /// <summary>The shape of the fall.</summary>
    public DecayKind Kind { get; init; } = DecayKind.MultiStep;

    /// <summary>
    /// Iterations from which on the rate is lower, increasing; those beyond the schedule's end are never reached. Read by
    /// <c>multi_step</c>.
    /// </summary>
    [Range(1, int.MaxValue)]
    public ValueList<int> Milestones { get; init; } = [60_000, 80_000];

    /// <summary>Factor at each milestone. Read by <c>multi_step</c>.</summary>
    [Range(0.0, 1.0)]
    public double Gamma { get; init; } = 0.1;

    /// <summary>Part of the full rate that is left at the end. Read by <c>cosine</c>.</summary>
    [Range(0.0, 1.0)]
    public double Final { get; init; }
}
