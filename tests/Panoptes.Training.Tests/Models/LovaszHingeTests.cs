using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Data;
using Panoptes.Training.Models.EmbedMask;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class LovaszHingeTests
{
    [Theory]
    [InlineData(new double[] { 2, -1, 0.5, -3 }, new byte[] { 1, 0, 1, 1 }, 1.5)]
    [InlineData(new[] { -1, 0.5 }, new byte[] { 0, 0 }, 1.5)]
    [InlineData(new double[] { 1, -1, 7, -30 }, new byte[] { 1, 0, 1, 0 }, 0)]
    [InlineData(new double[] { -4 }, new byte[] { 1 }, 5)]
    public void Known_values(double[] logits, byte[] labels, double expected)
    {
        using TensorScope scope = new();
        Assert.Equal(expected, LovaszHinge.Sum(Tensor.From<double>(logits), labels, [0, labels.Length], [1]).ToDouble(), 1e-6);
    }

    [Fact]
    public void Where_each_error_is_0_or_1_it_is_one_minus_the_IoU()
    {
        // Lovász extensions equal the set function on sets: a logit of 0 is an error of 1, of the label's sign an error of 0.
        using TensorScope scope = new();
        RandomStream random = new(8);
        for (int repetition = 0; repetition < 50; repetition++)
        {
            (double[] logits, byte[] labels) = (new double[30], new byte[30]);
            (double intersection, double union) = (0, 0);
            for (int i = 0; i < labels.Length; i++)
            {
                labels[i] = random.NextBool(0.4) ? (byte)1 : (byte)0;
                bool wrong = random.NextBool(0.3);
                logits[i] = wrong ? 0 : (2 * labels[i]) - 1;
                bool predicted = labels[i] == 1 != wrong;
                intersection += predicted && labels[i] == 1 ? 1 : 0;
                union += predicted || labels[i] == 1 ? 1 : 0;
            }

            double expected = union == 0 ? 0 : 1 - (intersection / union);
            Assert.Equal(expected, LovaszHinge.Sum(Tensor.From<double>(logits), labels, [0, 30], [1]).ToDouble(), 1e-6);
        }
    }

    [Fact]
    public void Many_masks_are_the_weighted_sum_of_plain_ones()
    {
        using TensorScope scope = new();
        RandomStream random = new(9);
        for (int repetition = 0; repetition < 30; repetition++)
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.NextInt(5)).Select(_ => 1 + random.NextInt(60))];
            int[] offsets = [0, .. lengths.Select((_, i) => lengths.Take(i + 1).Sum())];
            double share = random.NextDouble();
            float[] logits = new float[offsets[^1]];
            byte[] labels = new byte[offsets[^1]];
            for (int i = 0; i < logits.Length; i++)
            {
                // Rounded, so that errors repeat.
                logits[i] = MathF.Round((random.NextSingle() - 0.5f) * 8, 1);
                labels[i] = random.NextBool(share) ? (byte)1 : (byte)0;
            }

            double[] scales = [.. lengths.Select((_, i) => 0.1 + i)];
            double expected = 0;
            for (int k = 0; k < lengths.Length; k++)
            {
                Range own = offsets[k]..offsets[k + 1];
                expected += scales[k] * Plain(logits[own], labels[own]);
            }

            Assert.Equal(expected, LovaszHinge.Sum(Tensor.From<float>(logits), labels, offsets, scales).ToDouble(), 1e-4);
        }
    }

    [Fact]
    public void Gradients_agree_with_differences()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(4);
        byte[] labels = [1, 0, 1, 1, 0, 0, 1, 0, 0, 1];
        GradientCheck.Verify(
            x => LovaszHinge.Sum(x, labels, [0, 6, 10], [0.5, 2]), Tensor.Randn([10], DType.Float64) * 2.0);
        GradientCheck.Verify(
            z => LovaszHinge.Sum(EmbedMaskLoss.GaussianLogit(z), labels, [0, 6, 10], [0.5, 2]),
            Tensor.Rand([10], DType.Float64) * 3.0 + 0.05);
    }

    // The definition: sort, Jaccard losses of the growing sets, differences.
    private static double Plain(float[] logits, byte[] labels)
    {
        (double Error, byte Label)[] sorted =
            [.. logits.Zip(labels, (x, y) => (1 - ((double)x * ((2 * y) - 1)), y)).OrderByDescending(pair => pair.Item1)];
        double total = labels.Sum(y => y), before = 0, loss = 0;
        for (int n = 1; n <= sorted.Length; n++)
        {
            double positives = sorted.Take(n).Count(pair => pair.Label == 1);
            double jaccard = 1 - ((total - positives) / (total + n - positives));
            loss += Math.Max(sorted[n - 1].Error, 0) * (jaccard - before);
            before = jaccard;
        }

        return loss;
    }
}
