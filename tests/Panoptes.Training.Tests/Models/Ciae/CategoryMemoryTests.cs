using Panoptes.Torch;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Tests.Models.Ciae;

[Collection(TorchCollection.Name)]
public class CategoryMemoryTests
{
    [Fact]
    public void The_momentum_rises_from_0_9999_to_1()
    {
        Assert.Equal(0.9999, CategoryMemory.ScheduledMomentum(0, 90_000), 1e-12);
        Assert.Equal(1 - 0.0001 / 8, CategoryMemory.ScheduledMomentum(45_000, 90_000), 1e-12);
        Assert.Equal(1, CategoryMemory.ScheduledMomentum(90_000, 90_000));
        Assert.Equal(1, CategoryMemory.ScheduledMomentum(200_000, 90_000));

        // methods 12: what a whole training moves.
        Assert.Equal(2.25005, Enumerable.Range(0, 90_000).Sum(t => 1 - CategoryMemory.ScheduledMomentum(t, 90_000)), 1e-6);
    }

    [Fact]
    public void The_memory_starts_as_random_directions()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        using CategoryMemory memory = new(1000, 16, null, 10);
        Assert.Equal([1000, 16], memory.Vectors.Shape.ToArray());
        Assert.All(memory.Vectors.Square().Sum([1]).ToArray<float>(), length => Assert.Equal(1, length, 1e-5f));

        // Normal numbers lean to no side: the mean of the directions is short, and no dimension is larger than another.
        Assert.InRange(memory.Vectors.Mean([0]).Square().Sum().ToDouble(), 0, 0.01);
        Assert.All(memory.Vectors.Square().Mean([0]).ToArray<float>(), share => Assert.Equal(1 / 16f, share, 0.01f));
        Assert.Equal(["vectors"], memory.Buffers().Select(b => b.Name));
        Assert.Empty(memory.Parameters());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.99)]
    [InlineData(0.0)]
    public void After_T_steps_the_memory_is_where_the_hand_computes_it(double? momentum)
    {
        const int Steps = 50;
        using TensorScope scope = new();
        TorchRuntime.Seed(4);
        using CategoryMemory memory = new(3, 2, momentum, Steps);
        float[] start = memory.Vectors.ToArray<float>();
        double[][] expected = [.. Enumerable.Range(0, 3).Select(c => new double[] { start[2 * c], start[(2 * c) + 1] })];
        for (int t = 0; t < Steps; t++)
        {
            // Category 0 points up, category 1 turns and is there every other time, category 2 never is.
            double[] turning = [Math.Cos(t), Math.Sin(t)];
            bool present = t % 2 == 0;
            memory.Update([0, 700, 35, present ? 4 * turning[0] : 0, present ? 4 * turning[1] : 0, present ? 1 : 0, 0, 0, 0], t);
            double keep = momentum ?? (1 - (0.0001 * Math.Pow(1 - (t / (double)Steps), 3)));
            Mix(expected[0], [0, 1], keep);
            if (present)
            {
                Mix(expected[1], turning, keep);
            }
        }

        float[] end = memory.Vectors.ToArray<float>();
        Assert.All(expected.SelectMany(v => v).Zip(end), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(start[4..], end[4..]);
        Assert.NotEqual(start[..2], end[..2]);

        static void Mix(double[] vector, double[] mean, double keep)
        {
            (vector[0], vector[1]) = ((keep * vector[0]) + ((1 - keep) * mean[0]), (keep * vector[1]) + ((1 - keep) * mean[1]));
            double length = Math.Sqrt((vector[0] * vector[0]) + (vector[1] * vector[1]));
            (vector[0], vector[1]) = (vector[0] / length, vector[1] / length);
        }
    }

    [Fact]
    public void A_memory_of_nothing_stays_empty()
    {
        using TensorScope scope = new();
        using CategoryMemory memory = new(0, 4, null, 10);
        memory.Update([], 0);
        Assert.Equal([0, 4], memory.Vectors.Shape.ToArray());
    }
}
