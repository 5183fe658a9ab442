namespace Panoptes.Training.Configuration;

/// <summary>A folder of shipped configurations.</summary>
/// <param name="Name">Its name, with which the names of its configurations begin.</param>
/// <param name="Description">What is in it.</param>
public sealed record ShippedGroup(string Name, string Description);
