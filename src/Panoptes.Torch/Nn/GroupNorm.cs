namespace Panoptes.Torch.Nn;

/// <summary>Group normalization: mean and (biased) variance over the channels of a group and all places; then scale and shift.</summary>
public sealed class GroupNorm : Layer
{
    private readonly int _groups;
    private readonly double _epsilon;

    /// <summary>Makes the layer with scale 1 and shift 0.</summary>
    /// <param name="groups">Groups; divides <paramref name="channels"/>.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(channels % groups, 0, nameof(groups));
        _groups = groups;
        _epsilon = epsilon;
        Weight = Parameter("weight", Tensor.Ones([channels]));
        Bias = Parameter("bias", Tensor.Zeros([channels]));
    }

    /// <summary>Scale: [channels].</summary>
    public Tensor Weight { get; }

    /// <summary>Shift: [channels].</summary>
    public Tensor Bias { get; }

    /// <summary>Normalizes.</summary>
    /// <param name="x">Activations, [N, channels, H, W], of any floating-point type; the result has the weights' type.</param>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (x.DType == Weight.DType ? x : x.To(Weight.DType)).GroupNorm(_groups, Weight, Bias, _epsilon);
    }
}
