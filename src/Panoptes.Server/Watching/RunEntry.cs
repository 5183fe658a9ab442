namespace Panoptes.Server.Watching;

/// <summary>A run in the list of runs.</summary>
/// <param name="Id">Names it in addresses.</param>
/// <param name="Name">Its folder's name.</param>
/// <param name="State">running, finished, stopped or lost.</param>
/// <param name="Problem">What of it cannot be read.</param>
/// <param name="Method">The method that is trained.</param>
/// <param name="Device">The device that trains.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Iteration">Steps made.</param>
/// <param name="Iterations">Steps to make.</param>
/// <param name="SecondsLeft">Seconds that it will still train for, by its last pace.</param>
/// <param name="Loss">The newest loss.</param>
/// <param name="QualityName">PQ or AP.</param>
/// <param name="Quality">Its newest value.</param>
/// <param name="ImagesPerSecond">The newest throughput.</param>
/// <param name="MemoryMib">The newest memory in MiB.</param>
/// <param name="Lines">How many lines of metrics there are.</param>
/// <param name="Generation">Grows when the lines began again.</param>
/// <param name="Samples">How many sample images there are.</param>
/// <param name="Setup">Changes with its configuration and environment.</param>
internal sealed record RunEntry(
    string Id,
    string Name,
    string State,
    string? Problem,
    string? Method,
    string? Device,
    string? Started,
    int Iteration,
    int? Iterations,
    double? SecondsLeft,
    double? Loss,
    string? QualityName,
    double? Quality,
    double? ImagesPerSecond,
    double? MemoryMib,
    int Lines,
    long Generation,
    int Samples,
    long Setup);
