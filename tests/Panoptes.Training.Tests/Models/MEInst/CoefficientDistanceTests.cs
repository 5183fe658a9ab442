using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Tests.Models.MEInst;

[Collection(TorchCollection.Name)]
public class CoefficientDistanceTests
{
    /// <summary>Differences 1, -2, 0.5 and 0; the product is 8.5, the lengths are √12.25 and √10.</summary>
    [Theory]
    [InlineData(CoefficientLoss.L2, 5.25, 4)]
    [InlineData(CoefficientLoss.L1, 3.5, 4)]
    [InlineData(CoefficientLoss.SmoothL1, 0.5 + 1.5 + 0.125, 4)]
    [InlineData(CoefficientLoss.Cosine, 1 - (8.5 / (3.5 * 3.1622776601683795)), 1)]
    public void Known_values(CoefficientLoss kind, double expected, int terms)
    {
        using TensorScope scope = new();
        Tensor distance = CoefficientDistance.Compute(
            kind, Tensor.From<double>([3, 0, 1.5, 1], [1, 4]), Tensor.From<double>([2, 2, 1, 1], [1, 4]));
        Assert.Equal(expected, distance.ToDouble(), 1e-12);
        Assert.Equal(terms, CoefficientDistance.Terms(kind, 4));
    }

    [Theory]
    [InlineData(CoefficientLoss.L2)]
    [InlineData(CoefficientLoss.L1)]
    [InlineData(CoefficientLoss.SmoothL1)]
    [InlineData(CoefficientLoss.Cosine)]
    public void Gradients_agree_with_differences(CoefficientLoss kind)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(4);
        Tensor target = Tensor.Randn([5, 7], DType.Float64);
        GradientCheck.Verify(p => CoefficientDistance.Compute(kind, p, target), Tensor.Randn([5, 7], DType.Float64) * 2.0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-20)]
    [InlineData(1e6)]
    public void Nothing_and_a_lot_have_finite_distances_and_gradients(double value)
    {
        foreach (CoefficientLoss kind in Enum.GetValues<CoefficientLoss>())
        {
            using TensorScope scope = new();
            Tensor predicted = Tensor.Full([2, 3], value, DType.Float32);
            predicted.RequiresGrad = true;
            Tensor distances = CoefficientDistance.Compute(kind, predicted, Tensor.From<float>([1, 2, 3, 0, 0, 0], [2, 3]));
            distances.Sum().Backward();
            Assert.All(distances.ToArray<float>(), v => Assert.True(float.IsFinite(v), $"{kind}: {v}"));
            Assert.All(predicted.Grad!.ToArray<float>(), v => Assert.True(float.IsFinite(v), $"gradient of {kind}: {v}"));
        }
    }
}
