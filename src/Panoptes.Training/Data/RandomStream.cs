using System.Numerics;

namespace Panoptes.Training.Data;

/// <summary>
/// A small random generator with a fixed algorithm, so that one seed gives one sequence on every machine and every version of
/// .NET. A stream is named by a seed and up to three keys (an epoch, an index, a purpose): streams of different keys are
/// independent, so work can be divided among threads in any order without changing a single draw.
/// </summary>
/// <remarks>
/// xoshiro256** 1.0 by Blackman and Vigna, its state filled by SplitMix64, as its authors recommend (prng.di.unimi.it).
/// A mutable struct: pass it by reference.
/// </remarks>
internal struct RandomStream
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Opens the stream that the seed and the keys name.</summary>
    public RandomStream(ulong seed, ulong key1 = 0, ulong key2 = 0, ulong key3 = 0)
    {
        ulong state = SplitMix64.Mix(SplitMix64.Mix(SplitMix64.Mix(SplitMix64.Mix(seed) ^ key1) ^ key2) ^ key3);
        _s0 = SplitMix64.Next(ref state);
        _s1 = SplitMix64.Next(ref state);
        _s2 = SplitMix64.Next(ref state);
        _s3 = SplitMix64.Next(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>An integer in [0, <paramref name="exclusiveMaximum"/>), each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public int NextInt(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        uint range = (uint)exclusiveMaximum;
        // Lemire's multiplication, with rejection of the draws that would make small numbers likelier.
        uint threshold = (uint)(-exclusiveMaximum) % range;
        ulong product;
        do
            product = (NextUInt64() >> 32) * range;
        while ((uint)product < threshold);
        return (int)(product >> 32);
    }

    /// <summary>An integer in [<paramref name="minimum"/>, <paramref name="inclusiveMaximum"/>], each equally likely.</summary>
    public int NextInt(int minimum, int inclusiveMaximum) => minimum + NextInt(inclusiveMaximum - minimum + 1);

    /// <summary>A number in [0, 1) on a grid of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A number in [0, 1) on a grid of 2^-24.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1u << 24));

    /// <summary>A number in [<paramref name="minimum"/>, <paramref name="maximum"/>).</summary>
    public float NextSingle(float minimum, float maximum) => minimum + NextSingle() * (maximum - minimum);

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>Puts the items in a random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
