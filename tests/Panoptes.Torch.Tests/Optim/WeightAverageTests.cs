using Panoptes.Torch.Optim;

namespace Panoptes.Torch.Tests.Optim;

public class WeightAverageTests
{
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.999, false)]
    [InlineData(0.0, true)]
    [InlineData(0.9, true)]
    public void The_average_is_the_sum_that_its_formula_gives(double decay, bool channelsLast)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(4);
        Tensor weight = Tensor.Randn([6, 5, 3, 3]);
        Tensor single = Tensor.Randn([]);
        if (channelsLast)
            weight = weight.To(MemoryFormat.ChannelsLast);
        weight.RequiresGrad = true;
        double[] expected = Numbers(weight), expectedSingle = Numbers(single);
        using WeightAverage average = new([("weight", weight), ("single", single)], decay);
        for (int t = 0; t < 40; t++)
        {
            Change(weight);
            Change(single);
            average.Update();
            double keep = Math.Min(decay, (1.0 + t) / (10 + t));
            expected = [.. expected.Zip(Numbers(weight), (a, w) => (keep * a) + ((1 - keep) * w))];
            expectedSingle = [.. expectedSingle.Zip(Numbers(single), (a, w) => (keep * a) + ((1 - keep) * w))];
        }

        Dictionary<string, Tensor> state = average.State().ToDictionary(s => s.Name, s => s.Value);
        Assert.All(expected.Zip(Numbers(state["weight"])), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
        Assert.All(expectedSingle.Zip(Numbers(state["single"])), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
        Assert.Equal(40, state["steps"].ToDouble());
    }

    [Fact]
    public void It_stands_in_for_the_weights_and_gives_their_place_back()
    {
        using TensorScope scope = new();
        Tensor weight = Tensor.Randn([7]);
        weight.RequiresGrad = true;
        double[] start = Numbers(weight);
        using WeightAverage average = new([("weight", weight)], 0.9);
        Change(weight);
        double[] changed = Numbers(weight);

        using (IDisposable use = average.Begin())
        {
            Assert.Equal(start, Numbers(weight));
            Assert.True(weight.RequiresGrad);
            Assert.Throws<InvalidOperationException>(() => average.Begin());
            use.Dispose(); // twice does no harm
            Assert.Equal(changed, Numbers(weight));
        }

        Assert.Equal(changed, Numbers(weight));
        Assert.Equal(start, Numbers(average.State().Last().Value));
    }

    [Fact]
    public void It_goes_on_from_its_state()
    {
        using TensorScope scope = new();
        Tensor weight = Tensor.Randn([7]);
        using WeightAverage first = new([("weight", weight)], 0.9), second = new([("weight", weight)], 0.9);
        Change(weight);
        first.Update();
        second.LoadState(first.State());
        Change(weight);
        first.Update();
        second.Update();
        Assert.Equal(Averages(first), Averages(second));
        Assert.Throws<InvalidDataException>(() => second.LoadState(first.State().Take(1)));
        Assert.Throws<InvalidDataException>(() => second.LoadState([("steps", Tensor.From<long>([1])), ("weight", Tensor.Zeros([3]))]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_memory_that_forgets_nothing_is_refused(double decay) =>
        Assert.ThrowsAny<ArgumentOutOfRangeException>(() => new WeightAverage([], decay));

    // What comes first is the number of steps.
    private static IEnumerable<double[]> Averages(WeightAverage average) => average.State().Skip(1).Select(s => Numbers(s.Value));

    private static void Change(Tensor tensor)
    {
        using NoGrad noGrad = new();
        tensor.AddInPlace(Tensor.Randn(tensor.Shape));
    }

    private static double[] Numbers(Tensor tensor) => [.. tensor.Detach().Contiguous().ToArray<float>().Select(v => (double)v)];
}
