using Panoptes.Torch;
using Panoptes.Training.Models.EmbedMask;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class GaussianLogitTests
{
    [Fact]
    public void It_is_the_logit_of_phi()
    {
        using TensorScope scope = new();
        Assert.Equal(0, EmbedMaskLoss.GaussianLogit(Tensor.From<double>([Math.Log(2)])).ToDouble(), 1e-12);
        foreach (double z in new[] { 1e-5, 0.01, 0.3, 1, 5, 15, 30 })
        {
            double phi = Math.Exp(-z);
            Assert.Equal(Math.Log(phi / (1 - phi)), EmbedMaskLoss.GaussianLogit(Tensor.From<double>([z])).ToDouble(), 1e-6);
            Assert.Equal(Math.Log(phi / (1 - phi)), EmbedMaskLoss.GaussianLogit(Tensor.From<float>([(float)z])).ToDouble(), 1e-4);
        }
    }

    [Fact]
    public void Value_and_gradient_are_finite_for_every_distance()
    {
        using TensorScope scope = new();
        float[] distances = [-1e30f, -1, -1e-3f, -1e-30f, 0, 1e-38f, 1e-30f, 1e-7f, 1e-6f, 1, 20, 88, 104, 1e4f, 1e30f, float.MaxValue];
        Tensor z = Tensor.From<float>(distances);
        z.RequiresGrad = true;
        Tensor logits = EmbedMaskLoss.GaussianLogit(z);
        logits.Sum().Backward();
        float[] values = logits.ToArray<float>();
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.All(z.Grad!.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(values.OrderDescending(), values);
    }
}
