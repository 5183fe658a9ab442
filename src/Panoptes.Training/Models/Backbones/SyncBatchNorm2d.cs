using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.Backbones;

/// <summary>
/// Batch normalization whose statistics while training are those of all passes of a step that run side by side, on replicas or in other
/// processes, as those of one large batch would be.
/// </summary>
/// <param name="channels">Channels.</param>
/// <param name="epsilon">Added to the variance.</param>
internal sealed class SyncBatchNorm2d(int channels, double epsilon) : BatchNorm2d(channels, epsilon)
{
    /// <summary>What connects the passes; null for a pass that is alone.</summary>
    public Func<GradientCuts?> Cuts { get; set; } = () => null;

    /// <summary>
    /// Cuts the graph where it forks into several pieces, such as before a residual block: the backward pass goes through what is before the
    /// cut only once.
    /// </summary>
    public Tensor Fork(Tensor x) => IsTraining && Cuts() is { } cuts ? cuts.Inside(x) : x;

    /// <inheritdoc />
    public override Tensor Forward(Tensor x)
    {
        if (!IsTraining || Cuts() is not { } cuts)
        {
            return base.Forward(x);
        }

        x = Fork(x); // [N, C, H, W], of which the statistics and the result are two pieces
        double count = x.Count / x.Size(1);
        Tensor mean = x.Mean([0, 2, 3]).To(DType.Float64); // [C]
        Tensor square = x.Var([0, 2, 3], correction: 0).To(DType.Float64) + (mean * mean); // [C]
        Tensor counts = Tensor.Ones([1], DType.Float64, x.Device) * count; // [1]
        Tensor sums = cuts.Sum(Tensor.Cat([mean * count, square * count, counts])); // [2C + 1]
        Tensor all = sums.Narrow(0, 2 * x.Size(1), 1); // [1]
        mean = sums.Narrow(0, 0, x.Size(1)) / all;
        Tensor variance = (sums.Narrow(0, x.Size(1), x.Size(1)) / all) - (mean * mean); // E[x^2] - E[x]^2, in float64
        MoveRunning(mean, variance, all.ToDouble());

        long[] shape = [1, x.Size(1), 1, 1];
        Tensor scale = Weight * (variance + Epsilon).Rsqrt().To(x.DType); // [C]
        Tensor shift = Bias - (mean.To(x.DType) * scale);
        return (x * scale.View(shape)) + shift.View(shape);
    }

    private void MoveRunning(Tensor mean, Tensor variance, double count)
    {
        using NoGrad noGrad = new();
        RunningMean.LerpInPlace(mean.To(RunningMean.DType), Momentum);
        RunningVar.LerpInPlace((variance * (count / Math.Max(1, count - 1))).To(RunningVar.DType), Momentum); // unbiased, as PyTorch's
    }
}
