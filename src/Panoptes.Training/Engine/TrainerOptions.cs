using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Distributed;
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
    /// The processes that train this run together; all of them make the same trainer. Null (default) trains in this process alone.
    /// </summary>
    public ProcessGroup? Processes { get; init; }

    /// <summary>
    /// What the run's page (report.html) says in addition to the run's own figures; null writes no page. Default: a page.
    /// </summary>
    public RunReportOptions? Report { get; init; } = new();

    /// <summary>The arguments of the command, kept in env.json.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Makes sure that the device can train a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InputException">It cannot; the message says what to set.</exception>
    internal void RequireFit(PanoptesConfig config)
    {
        if (config.Precision == Precision.Amp && Device.Type != DeviceType.Cuda)
        {
            throw InputException.ForSetting(
                null,
                "precision amp computes in float16, which needs TrainerOptions.Device cuda; on the CPU allowed are fp32 and bf16");
        }

        if (config.Replicas > (Processes?.Size ?? 1) && Device.Type != DeviceType.Cpu)
        {
            throw InputException.ForSetting(
                null,
                $"replicas is {config.Replicas}, but copies side by side serve the CPU only; on {Device} take replicas=1");
        }
    }
}
