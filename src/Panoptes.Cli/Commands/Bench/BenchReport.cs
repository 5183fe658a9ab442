namespace Panoptes.Cli.Commands.Bench;

/// <summary>What <c>panoptes bench</c> measured: medians in milliseconds, by stage.</summary>
/// <param name="Decode">From the file's bytes to pixels.</param>
/// <param name="Preprocess">Resizing, normalizing, padding.</param>
/// <param name="Network">The network.</param>
/// <param name="Post">From raw outputs to instances.</param>
/// <param name="Total">All of it.</param>
/// <param name="Instances">Instances found.</param>
/// <param name="Runs">Predictions that were timed.</param>
/// <param name="PeakMemoryMib">The most memory that the process has taken, in MiB.</param>
/// <param name="Threads">Threads that the network used.</param>
/// <param name="Device">Where it ran, as <c>--device</c> names it.</param>
/// <param name="Provider">What ran it.</param>
/// <param name="System">The operating system.</param>
/// <param name="Cores">Cores that the process may use.</param>
internal sealed record BenchReport(
    double Decode,
    double Preprocess,
    double Network,
    double Post,
    double Total,
    double Instances,
    int Runs,
    double PeakMemoryMib,
    int Threads,
    string Device,
    string Provider,
    string System,
    int Cores);
