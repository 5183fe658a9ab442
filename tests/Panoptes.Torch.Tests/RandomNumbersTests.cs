namespace Panoptes.Torch.Tests;

public class RandomNumbersTests
{
    // Random123's known answers for philox4x32-10 (kat_vectors): counter, key, result.
    public static TheoryData<uint[], ulong, uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 0xffffffffffffffff,
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], 0x299f31d0a4093822,
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Philox_gives_the_known_answers(uint[] counter, ulong key, uint[] expected)
    {
        uint[] result = new uint[4];
        RandomNumbers.Philox(key, counter, result);
        Assert.Equal(expected, result);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_a_normal_distribution()
    {
        RandomNumbers random = new();
        random.Seed(1);
        double[] values = new double[1_000_000];
        random.Normal(values, 3, 2);
        double[] z = [.. values.Select(v => (v - 3) / 2)];
        Assert.InRange(z.Average(), -0.005, 0.005);
        Assert.InRange(z.Average(v => v * v), 0.99, 1.01);
        Assert.InRange(z.Average(v => v * v * v * v), 2.95, 3.05);
        Assert.InRange(z.Count(v => Math.Abs(v) > 1.959964) / (double)z.Length, 0.049, 0.051);
        Assert.InRange(z.Zip(z.Skip(1), (a, b) => a * b).Average(), -0.005, 0.005);
    }

    [Fact]
    public void Uniform_numbers_fill_their_interval_evenly()
    {
        RandomNumbers random = new();
        random.Seed(2);
        double[] values = new double[200_000];
        random.Uniform(values, -1, 3);
        Assert.All(values, v => Assert.InRange(v, -1, 3));
        Assert.DoesNotContain(3.0, values);
        int[] counts = new int[20];
        foreach (double value in values)
        {
            counts[(int)((value + 1) * 5)]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400));
    }

    [Fact]
    public void A_state_continues_where_it_was_taken()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(9);
        _ = Tensor.Randn([7]);
        byte[] state = TorchRuntime.RandomState();
        float[] first = Tensor.Randn([5]).ToArray<float>();
        Assert.NotEqual(first, Tensor.Randn([5]).ToArray<float>());
        TorchRuntime.SetRandomState(state);
        Assert.Equal(first, Tensor.Randn([5]).ToArray<float>());
        Assert.Throws<ArgumentException>(() => TorchRuntime.SetRandomState(new byte[5056]));
    }
}
