using System.Runtime.InteropServices;

namespace Panoptes.Training.Engine;

/// <summary>Where and how a run was started: a run folder's env.json.</summary>
internal sealed record RunEnvironment
{
    /// <summary>Version of Panoptes.</summary>
    public required string PanoptesVersion { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The operating system.</summary>
    public required string System { get; init; }

    /// <summary>Processor architecture, such as X64.</summary>
    public required string Architecture { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Memory that the process may use, in MiB.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>The device that trains, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Native libraries and their versions.</summary>
    public required IReadOnlyDictionary<string, string> Libraries { get; init; }

    /// <summary>The arguments of the command.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>When the run was started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Describes the running process.</summary>
    /// <param name="device">The device that trains.</param>
    /// <param name="arguments">The arguments of the command.</param>
    /// <param name="libraries">Native libraries and their versions.</param>
    /// <param name="time">The clock; null is the system's.</param>
    public static RunEnvironment Capture(
        string device, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> libraries, TimeProvider? time = null) => new()
        {
            PanoptesVersion = Inference.ModelCard.LibraryVersion,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Cores = Environment.ProcessorCount,
            MemoryMiB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
            Device = device,
            Libraries = libraries,
            Arguments = arguments,
            Started = (time ?? TimeProvider.System).GetUtcNow(),
        };
}
