using Panoptes.Torch.Interop;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Nn;

/// <summary>Group normalisation: mean and (biased) variance over the channels of a group and all places; then scale and shift.</summary>
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

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, relu: false);

    /// <summary>Normalises, and cuts negative results off in the same pass over memory where <paramref name="relu"/> is set.</summary>
    /// <param name="x">Activations, [N, channels, H, W], of any type; the result has the weights' type.</param>
    /// <param name="relu">Whether a ReLU follows.</param>
    public unsafe Tensor Forward(Tensor x, bool relu)
    {
        nint result;
        Native.Check(Native.GroupNorm(x.Handle, Weight.Handle, Bias.Handle, _groups, _epsilon, relu ? 1 : 0, &result));
        GC.KeepAlive(x);
        GC.KeepAlive(this);
        var y = Tensor.Own(result);
        Tape.Current?.Record("aten::group_norm", [x, (long)_groups, Weight, Bias, _epsilon, relu], y);
        return y;
    }
}
