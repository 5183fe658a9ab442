using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class BoxRegressionLossTests
{
    [Theory]
    [InlineData(BoxLoss.GIoU, 1 - 0.38160920)]
    [InlineData(BoxLoss.LinearIoU, 1 - 0.44827586)]
    [InlineData(BoxLoss.IoU, 0.80234647)] // -ln(13/29)
    public void Known_values(BoxLoss kind, double expected)
    {
        using TensorScope scope = new();
        Tensor loss = BoxRegressionLoss.Compute(
            kind, Tensor.From<double>([1, 2, 3, 4], [1, 4]), Tensor.From<double>([2, 2, 2, 2], [1, 4]));
        Assert.Equal(expected, loss.ToDouble(), 1e-7);
    }

    [Theory]
    [InlineData(BoxLoss.GIoU)]
    [InlineData(BoxLoss.LinearIoU)]
    [InlineData(BoxLoss.IoU)]
    public void Gradients_agree_with_differences(BoxLoss kind)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        Tensor target = Tensor.Rand([8, 4], DType.Float64) * 4.0 + 0.1;
        GradientCheck.Verify(p => BoxRegressionLoss.Compute(kind, p, target), Tensor.Rand([8, 4], DType.Float64) * 4.0 + 0.1);
    }

    [Theory]
    [InlineData(BoxLoss.GIoU)]
    [InlineData(BoxLoss.LinearIoU)]
    [InlineData(BoxLoss.IoU)]
    public void A_box_without_extent_and_a_huge_one_have_finite_losses_and_gradients(BoxLoss kind)
    {
        using TensorScope scope = new();
        Tensor predicted = Tensor.From<float>([0, 0, 0, 0, 1e8f, 1e8f, 1e8f, 1e8f, 0, 5, 0, 5], [3, 4]);
        predicted.RequiresGrad = true;
        Tensor target = Tensor.From<float>([1e-4f, 1e-4f, 1e-4f, 1e-4f, 2, 2, 2, 2, 1, 1, 1, 1], [3, 4]);
        Tensor loss = BoxRegressionLoss.Compute(kind, predicted, target);
        loss.Sum().Backward();
        Assert.All(loss.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
        Assert.All(predicted.Grad!.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
    }
}
