using System.Numerics;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// How many masks have each pair of pixels set: the first and second moments of binary masks, as exact integers. Masks are turned around 64
/// at a time, so that a pair of pixels costs one AND and one count of bits for 64 masks.
/// </summary>
internal sealed class MaskMoments
{
    private const int WordsAtOnce = 64; // 4096 masks: their bits fit the cache of a core

    private readonly int _pixels;
    private readonly int[] _pairs; // [i, j] for j ≤ i
    private readonly ulong[] _bits; // [pixel, word]
    private int _waiting;

    private MaskMoments(int pixels)
    {
        _pixels = pixels;
        _pairs = new int[pixels * pixels];
        _bits = new ulong[pixels * WordsAtOnce];
    }

    /// <summary>The covariance of pixels (divided by n − 1), row by row.</summary>
    /// <param name="masks">The masks; at least two.</param>
    /// <param name="pixels">Pixels of a mask.</param>
    public static double[] Covariance(MaskList masks, int pixels)
    {
        MaskMoments moments = new(pixels);
        for (int k = 0; k < masks.Count; k++)
        {
            moments.Add(masks[k]);
        }

        return moments.Finish(masks.Count);
    }

    private void Add(ReadOnlySpan<ulong> mask)
    {
        int word = _waiting / 64;
        ulong bit = 1UL << (_waiting % 64);
        for (int i = 0; i < mask.Length; i++)
        {
            for (ulong rest = mask[i]; rest != 0; rest &= rest - 1)
            {
                _bits[(((i * 64) + BitOperations.TrailingZeroCount(rest)) * WordsAtOnce) + word] |= bit;
            }
        }

        if (++_waiting == 64 * WordsAtOnce)
        {
            CountPairs();
        }
    }

    private double[] Finish(double n)
    {
        CountPairs();
        double[] covariance = new double[_pixels * _pixels];
        for (int i = 0; i < _pixels; i++)
        {
            double ownMean = Pairs(i, i) / n;
            for (int j = 0; j <= i; j++)
            {
                double value = (Pairs(i, j) - (ownMean * Pairs(j, j))) / (n - 1);
                covariance[(i * _pixels) + j] = covariance[(j * _pixels) + i] = value;
            }
        }

        return covariance;
    }

    private int Pairs(int i, int j) => _pairs[(i * _pixels) + j];

    private void CountPairs()
    {
        int words = (_waiting + 63) / 64;
        if (words == 0)
        {
            return;
        }

        Parallel.For(0, _pixels, i =>
        {
            ReadOnlySpan<ulong> own = _bits.AsSpan(i * WordsAtOnce, words);
            for (int j = 0; j <= i; j++)
            {
                ReadOnlySpan<ulong> other = _bits.AsSpan(j * WordsAtOnce, words);
                int count = 0;
                for (int word = 0; word < own.Length; word++)
                {
                    count += BitOperations.PopCount(own[word] & other[word]);
                }

                _pairs[(i * _pixels) + j] += count;
            }
        });
        Array.Clear(_bits);
        _waiting = 0;
    }
}
