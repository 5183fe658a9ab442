using System.Reflection;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public class RandomStreamTests
{
    [Fact]
    public void It_is_xoshiro256_starstar()
    {
        // Known answers for the state 1, 2, 3, 4, as the authors' C code and Rust's rand_xoshiro give them.
        object boxed = new RandomStream(0);
        for (int i = 0; i < 4; i++)
            typeof(RandomStream).GetField($"_s{i}", BindingFlags.NonPublic | BindingFlags.Instance)!.SetValue(boxed, (ulong)(i + 1));
        RandomStream random = (RandomStream)boxed;
        ulong[] drawn = [.. Enumerable.Range(0, 6).Select(_ => random.NextUInt64())];
        Assert.Equal([11520ul, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600], drawn);
    }

    [Fact]
    public void Streams_of_different_keys_differ()
    {
        HashSet<ulong> firsts = new();
        for (ulong a = 0; a < 6; a++)
        {
            for (ulong b = 0; b < 6; b++)
            {
                for (ulong c = 0; c < 6; c++)
                    firsts.Add(new RandomStream(a, b, c).NextUInt64());
            }
        }
        Assert.Equal(216, firsts.Count);
    }

    [Fact]
    public void Integers_are_spread_evenly_within_their_range()
    {
        RandomStream random = new(1);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt(7)]++;
        // Chi-square with 6 degrees of freedom: 22.5 is passed once in a thousand seeds.
        double chiSquare = counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000);
        Assert.True(chiSquare < 22.5, $"{chiSquare}");
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextInt(-2, 3), -2, 3));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextSingle(), 0f, 0.99999994f));
    }

    [Fact]
    public void Shuffling_keeps_every_item()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new RandomStream(4).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
