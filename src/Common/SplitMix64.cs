namespace Panoptes;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood; prng.di.unimi.it): makes unrelated numbers of neighboring ones, the same on every machine.
/// </summary>
internal static class SplitMix64
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The next number of the sequence that a state stands in.</summary>
    public static ulong Next(ref ulong state) => Finish(state += Step);

    /// <summary>The number that stands for another one.</summary>
    public static ulong Mix(ulong value) => Finish(value + Step);

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
