namespace Panoptes.Torch.Tests.Nn;

/// <summary>Sizes and steps of a deformable convolution.</summary>
public sealed record DeformCase(long Images, long Channels, long Height, long Width, long Outputs, long KernelY, long KernelX)
{
    public long[] Stride { get; init; } = [1, 1];

    public long[] Padding { get; init; } = [1, 1];

    public long[] Dilation { get; init; } = [1, 1];

    public long Groups { get; init; } = 1;

    public long OffsetGroups { get; init; } = 1;

    public bool Masked { get; init; } = true;

    public bool Bias { get; init; } = true;

    /// <summary>The offsets' standard deviation, in pixels.</summary>
    public double Spread { get; init; } = 2;

    /// <summary>x, offset, mask (or null), weight and bias (or null): random, the same ones every time.</summary>
    public Tensor?[] Leaves(DType type)
    {
        TorchRuntime.Seed(11);
        long height = Size(Height, KernelY, 0), width = Size(Width, KernelX, 1), taps = KernelY * KernelX * OffsetGroups;
        return
        [
            Leaf(Tensor.Randn([Images, Channels, Height, Width])),
            Leaf(Tensor.Randn([Images, 2 * taps, height, width]) * Spread),
            Masked ? Leaf(Tensor.Rand([Images, taps, height, width])) : null,
            Leaf(Tensor.Randn([Outputs, Channels / Groups, KernelY, KernelX])),
            Bias ? Leaf(Tensor.Randn([Outputs])) : null,
        ];

        Tensor Leaf(Tensor value)
        {
            Tensor leaf = value.To(type).Detach();
            leaf.RequiresGrad = true;
            return leaf;
        }
    }

    private long Size(long size, long kernel, int axis) =>
        ((size + (2 * Padding[axis]) - (Dilation[axis] * (kernel - 1)) - 1) / Stride[axis]) + 1;
}
