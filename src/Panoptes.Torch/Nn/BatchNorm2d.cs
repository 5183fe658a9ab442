namespace Panoptes.Torch.Nn;

/// <summary>
/// Batch normalization. While training it takes the batch's statistics and moves the running ones (momentum 0.1); in prediction it
/// takes the running ones.
/// </summary>
public class BatchNorm2d : Layer
{
    /// <summary>The part of the running statistics that a batch replaces: 0.1.</summary>
    protected const double Momentum = 0.1;

    /// <summary>Makes the layer with scale 1, shift 0, running mean 0 and running variance 1.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public BatchNorm2d(int channels, double epsilon = 1e-5)
    {
        Epsilon = epsilon;
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

    /// <summary>Added to the variance.</summary>
    protected double Epsilon { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) =>
        x.BatchNorm(Weight, Bias, RunningMean, RunningVar, IsTraining, Momentum, Epsilon);
}
