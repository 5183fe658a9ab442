namespace Panoptes.Fuzz;

/// <summary>An input that a reader once failed at.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Name">What is wrong with the input.</param>
/// <param name="Bytes">The input.</param>
internal sealed record Finding(string Target, string Name, byte[] Bytes);
