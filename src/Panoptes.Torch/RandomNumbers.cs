using System.Buffers.Binary;

namespace Panoptes.Torch;

/// <summary>
/// The random numbers behind <see cref="Tensor.Rand"/>, <see cref="Tensor.Randn"/> and their like: Philox4x32-10 (Salmon et al., "Parallel
/// Random Numbers: As Easy as 1, 2, 3", 2011), a function of a seed and a counter. A seed gives the same numbers with every libtorch, on
/// every system and device.
/// </summary>
internal sealed class RandomNumbers
{
    /// <summary>Bytes of a state: the seed and the counter.</summary>
    internal const int StateLength = 16;

    private const int Block = 4;
    private const double TwoToMinus32 = 1.0 / (1L << 32);

    private readonly Lock _lock = new();
    private ulong _seed;
    private ulong _counter;

    internal void Seed(long seed)
    {
        lock (_lock)
        {
            (_seed, _counter) = ((ulong)seed, 0);
        }
    }

    internal byte[] State()
    {
        byte[] state = new byte[StateLength];
        lock (_lock)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(state, _seed);
            BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(8), _counter);
        }

        return state;
    }

    internal void SetState(ReadOnlySpan<byte> state)
    {
        lock (_lock)
        {
            _seed = BinaryPrimitives.ReadUInt64LittleEndian(state);
            _counter = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        }
    }

    /// <summary>Uniform in [low, high): multiples of 2^-32 of the width.</summary>
    internal void Uniform(Span<double> values, double low, double high)
    {
        Span<uint> bits = stackalloc uint[Block];
        ulong counter = Take(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (i % Block == 0)
            {
                Philox(_seed, counter++, bits);
            }

            values[i] = low + (bits[i % Block] * TwoToMinus32 * (high - low));
        }
    }

    /// <summary>Normal, by Box and Muller's formula from two uniform numbers a pair.</summary>
    internal void Normal(Span<double> values, double mean, double deviation)
    {
        Span<uint> bits = stackalloc uint[Block];
        Span<double> normal = stackalloc double[Block];
        ulong counter = Take(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (i % Block == 0)
            {
                Philox(_seed, counter++, bits);
                for (int pair = 0; pair < Block; pair += 2)
                {
                    double radius = Math.Sqrt(-2 * Math.Log((bits[pair] + 1.0) * TwoToMinus32)); // the logarithm's argument is in (0, 1]
                    (double sine, double cosine) = Math.SinCos(2 * Math.PI * TwoToMinus32 * bits[pair + 1]);
                    (normal[pair], normal[pair + 1]) = (radius * cosine, radius * sine);
                }
            }

            values[i] = mean + (deviation * normal[i % Block]);
        }
    }

    /// <summary>Ten rounds of Philox on four words, with the counter in the low two.</summary>
    internal static void Philox(ulong key, ulong counter, Span<uint> result) =>
        Philox(key, [(uint)counter, (uint)(counter >> 32), 0, 0], result);

    internal static void Philox(ulong key, ReadOnlySpan<uint> counter, Span<uint> result)
    {
        const uint firstFactor = 0xD2511F53, secondFactor = 0xCD9E8D57, firstStep = 0x9E3779B9, secondStep = 0xBB67AE85;
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        (uint c0, uint c1, uint c2, uint c3) = (counter[0], counter[1], counter[2], counter[3]);
        for (int round = 0; round < 10; round++)
        {
            ulong first = (ulong)firstFactor * c0, second = (ulong)secondFactor * c2;
            (c0, c1, c2, c3) = ((uint)(second >> 32) ^ c1 ^ k0, (uint)second, (uint)(first >> 32) ^ c3 ^ k1, (uint)first);
            unchecked
            {
                k0 += firstStep;
                k1 += secondStep;
            }
        }

        (result[0], result[1], result[2], result[3]) = (c0, c1, c2, c3);
    }

    // The blocks of one call are taken at once, so that calls on two threads never share any.
    private ulong Take(int count)
    {
        lock (_lock)
        {
            ulong first = _counter;
            _counter += (ulong)((count + Block - 1) / Block);
            return first;
        }
    }
}
