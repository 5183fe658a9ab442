using Panoptes.Torch;

namespace Panoptes.Training.Reports;

/// <summary>What a run's page says in addition to the run's own figures.</summary>
public sealed record RunReportOptions
{
    /// <summary>The page's title; null: the method and the name of the run's folder.</summary>
    public string? Title { get; init; }

    /// <summary>A sentence or two under the title; null: what was trained, on what, for how long.</summary>
    public string? Introduction { get; init; }

    /// <summary>Images shown with what the model found (default 8).</summary>
    public int Examples { get; init; } = 8;

    /// <summary>Where the network runs over them. Default: the CPU.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>How the page's commands call the tool (default <c>panoptes</c>).</summary>
    public string Tool { get; init; } = "panoptes";
}
