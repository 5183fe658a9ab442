namespace Panoptes.Torch.Nn;

/// <summary>
/// Batch normalization. While training it takes the batch's statistics and moves the running ones (momentum 0.1); in prediction it
/// takes the running ones.
/// </summary>
public sealed class BatchNorm2d : Layer
{
    private const double Momentum = 0.1;

    private readonly double _epsilon;

    /// <summary>Makes the layer with scale 1, shift 0, running mean 0 and running variance 1.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public BatchNorm2d(int channels, double epsilon = 1e-5)
    {
        _epsilon = epsilon;
        Weight = Parameter("weight", Tensor.Ones([channels]));
        Bias = Parameter("bias", Tensor.Zeros([channels]));
        RunningMean = Buffer("running_mean", Tensor.Zeros([channels]));
        RunningVar = Buffer("running_var", Tensor.Ones([channels]));
    }

    /// <summary>Scale: [channels].</summary>
    public Tensor Weight { get; }

    /// <summary>Shift: [channels].</summary>
    public Tensor Bias { get; }

    /// <summary>Mean used in prediction: [channels].</summary>
    public Tensor RunningMean { get; }

    /// <summary>Variance used in prediction: [channels].</summary>
    public Tensor RunningVar { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) =>
        x.BatchNorm(Weight, Bias, RunningMean, RunningVar, IsTraining, Momentum, _epsilon);
}
