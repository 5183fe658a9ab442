using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Tests.Models.Backbones;

public class SyncBatchNorm2dTests
{
    private const int Channels = 3;

    [Fact]
    public void Passes_of_unequal_size_compute_what_libtorch_does_of_all_their_images_at_once()
    {
        float[] values = [.. Enumerable.Range(0, 5 * Channels * 4 * 6).Select(i => (float)(100 + Math.Sin(i * 0.7) + (i % 11)))];
        Result expected = Compute(new BatchNorm2d(Channels), new BatchNorm2d(Channels), values, 5, cuts: null);

        PassSums sums = new(2);
        sums.Begin();
        int half = 2 * Channels * 4 * 6;
        Result[] found = new Result[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(pass => new Thread(() =>
        {
            using GradientCuts cuts = new(own => sums.Add(pass, own));
            SyncBatchNorm2d first = new(Channels, 1e-5) { Cuts = () => cuts }, second = new(Channels, 1e-5) { Cuts = () => cuts };
            found[pass] = Compute(first, second, pass == 0 ? values[..half] : values[half..], pass == 0 ? 2 : 3, cuts);
            sums.End(pass);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "a pass hangs"));

        AssertClose(expected.Output, [.. found[0].Output, .. found[1].Output]);
        AssertClose(expected.InputGradient, [.. found[0].InputGradient, .. found[1].InputGradient]);
        AssertClose(expected.WeightGradients, [.. found[0].WeightGradients.Zip(found[1].WeightGradients, (a, b) => a + b)]);
        Assert.All(found, pass => AssertClose(expected.Running, pass.Running));
    }

    [Fact]
    public void In_prediction_it_takes_the_running_statistics()
    {
        SyncBatchNorm2d norm = new(Channels, 1e-5) { Cuts = () => throw new InvalidOperationException("there is nothing to add up") };
        norm.Train(false);
        using TensorScope scope = new();
        Tensor x = Tensor.Ones([1, Channels, 2, 2]) * 3;
        AssertClose([.. Enumerable.Repeat(3 / MathF.Sqrt(1 + 1e-5f), Channels * 4)], norm.Forward(x).ToArray<float>());
    }

    // Two normalizations, the second one's input being of the first one's output and, past it, of the image: cuts that depend on cuts.
    private static Result Compute(BatchNorm2d first, BatchNorm2d second, float[] values, int images, GradientCuts? cuts)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>(values, [images, Channels, 4, 6]);
        x.RequiresGrad = true;
        first.Weight.RequiresGrad = second.Weight.RequiresGrad = second.Bias.RequiresGrad = true;
        Tensor middle = first.Forward(x).Sigmoid() * 2;
        Tensor output = second.Forward(middle + (x * 0.1));
        Tensor loss = (output * output * x).Sum();
        if (cuts is null) loss.Backward();
        else cuts.Backward(loss, null);
        return new Result(
            output.ToArray<float>(),
            x.Grad!.ToArray<float>(),
            [.. new[] { first.Weight, second.Weight, second.Bias }.SelectMany(p => p.Grad!.ToArray<float>())],
            [.. new[] { first.RunningMean, first.RunningVar, second.RunningMean, second.RunningVar }.SelectMany(b => b.ToArray<float>())]);
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        float scale = expected.Max(MathF.Abs);
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second - pair.First, -2e-5f * scale, 2e-5f * scale));
    }

    private sealed record Result(float[] Output, float[] InputGradient, float[] WeightGradients, float[] Running);
}
