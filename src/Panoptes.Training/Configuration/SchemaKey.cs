namespace Panoptes.Training.Configuration;

/// <summary>A key of a configuration.</summary>
/// <param name="Name">The dotted name, such as <c>schedule.iterations</c>.</param>
/// <param name="Words">The words that it takes; empty for numbers, text and lists.</param>
public sealed record SchemaKey(string Name, IReadOnlyList<string> Words);
