using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class FocalLossTests
{
    [Theory]
    [InlineData(-4.59512, true, 1.1283819)]
    [InlineData(-4.59512, false, 7.5377e-7)]
    [InlineData(0, true, 0.0433217)]
    public void Known_values(double logit, bool isObject, double expected)
    {
        using TensorScope scope = new();
        long[] rows = isObject ? [0] : [];
        double loss = FocalLoss.Sum(
            Tensor.From<double>([logit], [1, 1]), Tensor.From<long>(rows), Tensor.From<long>(rows), alpha: 0.25, gamma: 2).ToDouble();
        Assert.Equal(1, loss / expected, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(5)]
    public void Loss_and_gradient_are_finite_for_every_logit(double gamma)
    {
        using TensorScope scope = new();
        float[] values = [-1e30f, -1e4f, -200, -104, -88, -20, -1e-30f, 0, 1e-30f, 20, 88, 104, 200, 1e4f, 1e30f];
        foreach (float value in values)
        {
            // The same logit on background and on an object.
            Tensor logits = Tensor.From<float>([value, value], [2, 1]);
            logits.RequiresGrad = true;
            Tensor loss = FocalLoss.Sum(logits, Tensor.From<long>([1]), Tensor.From<long>([0]), alpha: 0.25, gamma);
            loss.Backward();
            Assert.True(double.IsFinite(loss.ToDouble()), $"the loss of {value} is {loss.ToDouble()}");
            Assert.All(logits.Grad!.ToArray<float>(), gradient => Assert.True(float.IsFinite(gradient), $"{value}: {gradient}"));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1.3)]
    public void Gradients_agree_with_differences(double gamma)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(2);
        Tensor logits = Tensor.Randn([6, 3], DType.Float64) * 3.0;
        GradientCheck.Verify(
            x => FocalLoss.Sum(x, Tensor.From<long>([0, 4, 5]), Tensor.From<long>([2, 0, 1]), alpha: 0.25, gamma), logits);
    }

    [Fact]
    public void Weights_of_classes_scale_their_columns_and_gradients()
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(5);
        double[] weights = [0.5, 1, 3];
        Tensor logits = Tensor.Randn([6, 3]), rows = Tensor.From<long>([1, 4, 4]), classes = Tensor.From<long>([2, 0, 1]);
        Tensor together = logits.Clone(), apart = logits.Clone();
        together.RequiresGrad = apart.RequiresGrad = true;
        Tensor weighted = FocalLoss.Sum(together, rows, classes, 0.25, 2, Tensor.From<float>([.. weights.Select(w => (float)w)], [3]));
        weighted.Backward();

        double expected = 0;
        for (int c = 0; c < 3; c++)
        {
            long[] own = [.. rows.ToArray<long>().Zip(classes.ToArray<long>()).Where(p => p.Second == c).Select(p => p.First)];
            Tensor loss = FocalLoss.Sum(apart.Narrow(1, c, 1), Tensor.From<long>(own), Tensor.From<long>(new long[own.Length]), 0.25, 2)
                * weights[c];
            loss.Backward();
            expected += loss.Detach().ToDouble();
        }

        Assert.Equal(expected, weighted.Detach().ToDouble(), 1e-5);
        Assert.All(
            together.Grad!.ToArray<float>().Zip(apart.Grad!.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
