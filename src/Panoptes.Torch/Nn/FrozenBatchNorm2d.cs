namespace Panoptes.Torch.Nn;

/// <summary>
/// Batch normalization whose statistics and affine parameters are constants: y = x · scale + shift. A convolution in front of it takes
/// both into its own weights (<see cref="Fold(Conv2d, Tensor)"/>), which saves two skips the feature map.
/// </summary>
public sealed class FrozenBatchNorm2d : Layer
{
    private readonly double _epsilon;

    /// <summary>Makes the layer as the identity up to <paramref name="epsilon"/>.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance: 1e-5 in torchvision and detectron2, 0 in maskrcnn-benchmark.</param>
    public FrozenBatchNorm2d(int channels, double epsilon = 1e-5)
    {
        _epsilon = epsilon;
        Weight = Buffer("weight", Tensor.Ones([channels]));
        Bias = Buffer("bias", Tensor.Zeros([channels]));
        RunningMean = Buffer("running_mean", Tensor.Zeros([channels]));
        RunningVar = Buffer("running_var", Tensor.Ones([channels]));
    }

    /// <summary>Scale: [channels].</summary>
    public Tensor Weight { get; }

    /// <summary>Shift: [channels].</summary>
    public Tensor Bias { get; }

    /// <summary>Mean: [channels].</summary>
    public Tensor RunningMean { get; }

    /// <summary>Variance: [channels].</summary>
    public Tensor RunningVar { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        (Tensor scale, Tensor shift) = Affine();
        return x * scale.Reshape([1, -1, 1, 1]) + shift.Reshape([1, -1, 1, 1]);
    }

    /// <summary>Convolves and normalizes in one operator: the scale goes into the kernel, the shift becomes the bias.</summary>
    /// <param name="convolution">A convolution without bias in front of this layer.</param>
    /// <param name="x">Its input.</param>
    public Tensor Fold(Conv2d convolution, Tensor x)
    {
        (Tensor scale, Tensor shift) = Affine();
        return convolution.Forward(x, convolution.Weight * scale.Reshape([-1, 1, 1, 1]), shift);
    }

    /// <summary>The same with a deformable convolution; what tells its offsets stays as it is.</summary>
    /// <param name="convolution">A convolution without bias in front of this layer.</param>
    /// <param name="x">Its input.</param>
    public Tensor Fold(DeformConv2d convolution, Tensor x)
    {
        (Tensor scale, Tensor shift) = Affine();
        return convolution.Forward(x, convolution.Convolution.Weight * scale.Reshape([-1, 1, 1, 1]), shift);
    }

    private (Tensor Scale, Tensor Shift) Affine()
    {
        Tensor scale = Weight * (RunningVar + _epsilon).Rsqrt();
        return (scale, Bias - RunningMean * scale);
    }
}
