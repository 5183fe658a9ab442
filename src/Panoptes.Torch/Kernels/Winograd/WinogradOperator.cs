namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>
/// <see cref="WinogradConvolution{T}"/> of tensors: x and the output's gradient [N, C, H, W], weight [outputs, inputs, 3, 3].
/// </summary>
internal static unsafe class WinogradOperator<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>The convolution, channels last.</summary>
    public static FloatTensor Forward(FloatTensor x, FloatTensor weight, FloatTensor? bias)
    {
        FloatTensor images = x.ToChannelsLast();
        (long outputs, TileGrid grid) = (weight.Sizes[0], Grid(x));
        FloatTensor y = FloatTensor.EmptyChannelsLast(x.Sizes[0], outputs, x.Sizes[2], x.Sizes[3]);
        float* shift = bias is null ? null : bias.Data;
        WinogradConvolution<T>.Forward(images.Data, grid, (int)x.Sizes[1], (int)outputs, Taps(weight), shift, y.Data);
        Release(images, x);
        return y;
    }

    /// <summary>The gradients of x, weight and bias, of those that are <paramref name="wanted"/>.</summary>
    public static FloatTensor?[] Backward(FloatTensor gradient, FloatTensor x, FloatTensor weight, bool[] wanted)
    {
        (int outputs, int inputs, TileGrid grid) = ((int)weight.Sizes[0], (int)weight.Sizes[1], Grid(x));
        FloatTensor dy = gradient.ToChannelsLast();
        FloatTensor? dx = null, dweight = null, dbias = null;
        if (wanted[0])
        {
            dx = FloatTensor.EmptyChannelsLast(x.Sizes[0], inputs, x.Sizes[2], x.Sizes[3]);
            WinogradConvolution<T>.Forward(dy.Data, grid, outputs, inputs, Taps(weight).Turned, null, dx.Data);
        }

        if (wanted[1])
        {
            FloatTensor images = x.ToChannelsLast();
            dweight = weight.EmptyLike();
            WinogradKernelGradient<T>.Run(images.Data, dy.Data, grid, inputs, outputs, Taps(dweight));
            Release(images, x);
        }

        if (wanted[2])
        {
            dbias = FloatTensor.Empty(outputs);
            ColumnSums<T>.Write(dy.Data, x.Sizes[0] * x.Sizes[2] * x.Sizes[3], outputs, dbias.Data);
        }

        Release(dy, gradient);
        return [dx, dweight, dbias];
    }

    private static void Release(FloatTensor copy, FloatTensor original)
    {
        if (copy != original)
        {
            copy.Dispose();
        }
    }

    private static TileGrid Grid(FloatTensor x) => new((int)x.Sizes[0], (int)x.Sizes[2], (int)x.Sizes[3]);

    private static KernelTaps Taps(FloatTensor weight) => new(
        weight.Data, (nint)weight.Strides[0], (nint)weight.Strides[1], (nint)weight.Strides[2], (nint)weight.Strides[3]);
}
