namespace Panoptes.Torch.Kernels;

/// <summary>A handle of a float tensor of the CPU, owned, with what the kernels read of it.</summary>
internal sealed unsafe class FloatTensor : IDisposable
{
    /// <summary>aoti_torch_dtype_float32.</summary>
    public const int Float32 = 6;

    private nint _handle;

    /// <summary>Owns <paramref name="handle"/>.</summary>
    public FloatTensor(nint handle)
    {
        _handle = handle;
        KernelImports.Check(KernelImports.GetData(handle, out void* data));
        KernelImports.Check(KernelImports.GetDimensions(handle, out long dimensions));
        KernelImports.Check(KernelImports.GetSizes(handle, out long* sizes));
        KernelImports.Check(KernelImports.GetStrides(handle, out long* strides));
        Data = (float*)data;
        Sizes = new ReadOnlySpan<long>(sizes, (int)dimensions).ToArray();
        Strides = new ReadOnlySpan<long>(strides, (int)dimensions).ToArray();
    }

    public float* Data { get; }

    public long[] Sizes { get; }

    public long[] Strides { get; }

    /// <summary>Whether images of [N, C, H, W] lie without gaps and with their channels side by side.</summary>
    public bool IsChannelsLast => Sizes.Length == 4 && IsDense([0, 2, 3, 1]);

    /// <summary>A tensor with any content.</summary>
    public static FloatTensor Empty(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        fixed (long* size = sizes, stride = strides)
        {
            KernelImports.Check(KernelImports.EmptyStrided(sizes.Length, size, stride, Float32, 0, 0, out nint handle));
            return new FloatTensor(handle);
        }
    }

    /// <summary>Images of [N, C, H, W] with any content, channels side by side.</summary>
    public static FloatTensor EmptyChannelsLast(long images, long channels, long height, long width) =>
        Empty([images, channels, height, width], [channels * height * width, 1, width * channels, channels]);

    /// <summary>A tensor of the same shape and with the same order in memory, or the usual one where that has gaps.</summary>
    public FloatTensor EmptyLike()
    {
        if (IsChannelsLast)
        {
            return Empty(Sizes, Strides);
        }

        var strides = new long[Sizes.Length];
        long step = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Sizes[i];
        }

        return Empty(Sizes, strides);
    }

    /// <summary>The same images with their channels side by side: this itself, disposed of by its owner alone, or a copy.</summary>
    public FloatTensor ToChannelsLast()
    {
        if (IsChannelsLast)
        {
            return this;
        }

        FloatTensor copy = EmptyChannelsLast(Sizes[0], Sizes[1], Sizes[2], Sizes[3]);
        KernelImports.Check(KernelImports.Copy(copy._handle, _handle, 0));
        return copy;
    }

    /// <summary>Gives the handle away.</summary>
    public nint Release()
    {
        nint handle = _handle;
        _handle = 0;
        return handle;
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            _ = KernelImports.DeleteTensor(Release());
        }
    }

    // Whether the dimensions lie without gaps in this order, the last one innermost. Strides of a single element do not count.
    private bool IsDense(ReadOnlySpan<int> order)
    {
        long step = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            if (Sizes[order[i]] != 1 && Strides[order[i]] != step)
            {
                return false;
            }

            step *= Sizes[order[i]];
        }

        return true;
    }
}
