using Panoptes.Torch;
using Panoptes.Training.Reports;

namespace Panoptes.Training.Engine;

/// <summary>Where and how a run is made; what is trained stands in the configuration.</summary>
public sealed record TrainerOptions
{
    /// <summary>The folder of the run.</summary>
    public required string Output { get; init; }

    /// <summary>Continues the run that the folder holds.</summary>
    public bool Resume { get; init; }

    /// <summary>Where the network is trained. Default: the CPU.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>
    /// What the run's page (report.html) says in addition to the run's own figures; null writes no page. Default: a page.
    /// </summary>
    public RunReportOptions? Report { get; init; } = new();

    /// <summary>The arguments of the command, kept in env.json.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
