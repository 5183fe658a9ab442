using Panoptes.Torch;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Tests.Models.Ciae;

[Collection(TorchCollection.Name)]
public class SegmentSumsTests
{
    [Theory]
    [InlineData(1, 7, 9)]
    [InlineData(4, 7, 9)]
    [InlineData(4, 1, 1)]
    [InlineData(4, 1, 6)]
    public void Sums_are_those_of_the_enlarged_embedding(int factor, int height, int width)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(5);
        Tensor embedding = Tensor.Randn([3, height, width]);
        RandomStream random = new(12);
        short[] labels = new short[height * factor * width * factor];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (short)(random.NextInt(6) - 1);
        }

        SegmentSums sums = SegmentSums.Of(embedding, labels, factor);
        Tensor enlarged = factor == 1
            ? embedding
            : embedding.Unsqueeze(0).UpsampleBilinear2d([height * factor, width * factor], false).Squeeze(0); // by libtorch
        int[] present = [.. labels.Where(l => l >= 0).Distinct().Order().Select(l => (int)l)];
        Assert.Equal(present, sums.Labels);
        Assert.Equal([present.Length, 3], sums.Values.Shape.ToArray());
        for (int i = 0; i < present.Length; i++)
        {
            float[] mask = [.. labels.Select(l => l == present[i] ? 1f : 0f)];
            Assert.Equal((long)mask.Sum(), sums.Pixels[i]);
            Tensor expected = (enlarged.Reshape([3, -1]) * Tensor.From<float>(mask)).Sum([1]);
            float[] actual = sums.Values.Select(0, i).ToArray<float>();
            Assert.All(expected.ToArray<float>().Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Without_labels_there_is_no_sum()
    {
        using TensorScope scope = new();
        SegmentSums sums = SegmentSums.Of(Tensor.Randn([3, 2, 2]), Enumerable.Repeat((short)-1, 64).ToArray(), 4);
        Assert.Empty(sums.Labels);
        Assert.Equal([0, 3], sums.Values.Shape.ToArray());
    }
}
