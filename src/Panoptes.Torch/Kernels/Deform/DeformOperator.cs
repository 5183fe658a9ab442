namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// A deformable convolution as libtorch's operator carries it: weight, offsets and masks lie one behind another in one tensor, so that
/// libtorch's own <c>cat</c> hands their gradients out again. <see cref="DeformConvolution"/> calls it.
/// </summary>
internal sealed unsafe class DeformOperator<T>
    where T : unmanaged, ILanes<T>
{
    private readonly FloatTensor _x;
    private readonly FloatTensor _packed;
    private readonly DeformGeometry _g;
    private readonly bool _masked;
    private readonly DeformWanted _wanted;

    /// <summary>Reads the operator's arguments.</summary>
    /// <param name="x">[N, C, H, W], channels last.</param>
    /// <param name="packed">[weight, offsets, masks]; <see cref="DeformPlan"/> says how each lies.</param>
    /// <param name="lists">
    /// Stride, padding, dilation, and [kernel height, kernel width, outputs, offset groups, masked, <see cref="DeformWanted"/>].
    /// </param>
    /// <param name="groups">Groups of the kernel.</param>
    public DeformOperator(FloatTensor x, FloatTensor packed, long[][] lists, int groups)
    {
        (_x, _packed) = (x, packed);
        (long[] stride, long[] padding, long[] dilation, long[] which) = (lists[0], lists[1], lists[2], lists[3]);
        _g = new DeformGeometry(
            (int)x.Sizes[0], (int)x.Sizes[1], (int)x.Sizes[2], (int)x.Sizes[3], (int)which[2], (int)which[0], (int)which[1], (int)stride[0],
            (int)stride[1], (int)padding[0], (int)padding[1], (int)dilation[0], (int)dilation[1], groups, (int)which[3]);
        _masked = which[4] != 0;
        _wanted = (DeformWanted)which[5];
        long expected = _g.WeightCount + _g.OffsetCount + (_masked ? _g.MaskCount : 0);
        if (!x.IsChannelsLast || packed.Sizes is not [long count] || count != expected)
        {
            throw new ArgumentException("the deformable convolution's arguments do not go together.");
        }
    }

    public FloatTensor Forward(FloatTensor? bias)
    {
        FloatTensor y = FloatTensor.EmptyChannelsLast(_g.Images, _g.Outputs, _g.OutHeight, _g.OutWidth);
        DeformForward<T>.Run(Plan(), bias is null ? null : bias.Data, y.Data);
        return y;
    }

    /// <summary>The gradients of x, what is packed, and bias, of those that are <paramref name="wanted"/>.</summary>
    public FloatTensor?[] Backward(FloatTensor gradient, bool[] wanted)
    {
        FloatTensor dy = gradient.ToChannelsLast();
        FloatTensor? dx = null, dpacked = null, dbias = null;
        if (wanted[0])
        {
            dx = FloatTensor.EmptyChannelsLast(_g.Images, _g.Channels, _g.Height, _g.Width);
            Clear(dx.Data, (long)_g.Images * _g.Channels * _g.Height * _g.Width);
        }

        if (wanted[1])
        {
            dpacked = FloatTensor.Empty(_packed.Sizes);
        }

        DeformWanted moves = wanted[1] ? _wanted : DeformWanted.None;
        DeformGradients to = new()
        {
            X = dx is null ? null : dx.Data,
            Weight = Part(dpacked, 0, _g.WeightCount, moves.HasFlag(DeformWanted.Weight)),
            Offset = Part(dpacked, _g.WeightCount, _g.OffsetCount, moves.HasFlag(DeformWanted.Offset)),
            Mask = Part(dpacked, _g.WeightCount + _g.OffsetCount, _masked ? _g.MaskCount : 0, moves.HasFlag(DeformWanted.Mask) && _masked),
        };
        DeformBackward<T>.Run(Plan(), dy.Data, to);
        if (wanted[2])
        {
            dbias = FloatTensor.Empty(_g.Outputs);
            ColumnSums<T>.Write(dy.Data, _g.Places, _g.Outputs, dbias.Data);
        }

        if (dy != gradient)
        {
            dy.Dispose();
        }

        return [dx, dpacked, dbias];
    }

    // A part of the packed gradient, or null after it was cleared.
    private static float* Part(FloatTensor? packed, long start, long count, bool wanted)
    {
        if (packed is null)
        {
            return null;
        }

        if (!wanted)
        {
            Clear(packed.Data + start, count);
        }

        return wanted ? packed.Data + start : null;
    }

    private static void Clear(float* start, long count) =>
        System.Runtime.InteropServices.NativeMemory.Clear(start, (nuint)count * sizeof(float));

    private DeformPlan Plan()
    {
        float* offset = _packed.Data + _g.WeightCount;
        return new DeformPlan(_g, _x.Data, _packed.Data, offset, _masked ? offset + _g.OffsetCount : null);
    }
}
