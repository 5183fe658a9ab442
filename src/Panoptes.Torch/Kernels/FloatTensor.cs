using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Kernels;

/// <summary>A handle of a float tensor of the CPU, owned, with what the kernels read of it.</summary>
internal sealed unsafe class FloatTensor : IDisposable
{
    private nint _handle;

    /// <summary>Owns <paramref name="handle"/>.</summary>
    public FloatTensor(nint handle)
    {
        _handle = handle;
        void* data;
        LibTorch.Check(LibTorch.GetDataPointer(handle, &data), "reading a tensor's memory");
        Data = (float*)data;
        Sizes = Shapes.SizesOf(handle);
        Strides = Shapes.StridesOf(handle);
    }

    public float* Data { get; }

    public long[] Sizes { get; }

    public long[] Strides { get; }

    /// <summary>Whether images of [N, C, H, W] lie without gaps and with their channels side by side.</summary>
    public bool IsChannelsLast => Sizes.Length == 4 && Shapes.IsDense(Sizes, Strides, [0, 2, 3, 1]);

    /// <summary>A tensor with any content, without gaps and in the order of its dimensions.</summary>
    public static FloatTensor Empty(params ReadOnlySpan<long> sizes)
    {
        Span<long> strides = stackalloc long[sizes.Length];
        long step = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= sizes[i];
        }

        return new FloatTensor(New(sizes, strides));
    }

    /// <summary>Images of [N, C, H, W] with any content, channels side by side.</summary>
    public static FloatTensor EmptyChannelsLast(long images, long channels, long height, long width) => new(
        New([images, channels, height, width], [channels * height * width, 1, width * channels, channels]));

    /// <summary>The handle of a tensor with any content.</summary>
    public static nint New(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        fixed (long* size = sizes, stride = strides)
        {
            nint handle;
            LibTorch.Check(
                LibTorch.EmptyStrided(sizes.Length, size, stride, (int)DType.Float32, (int)DeviceType.Cpu, 0, &handle), "making a tensor");
            return handle;
        }
    }

    /// <summary>A tensor of the same shape, with its channels side by side where they are here.</summary>
    public FloatTensor EmptyLike() =>
        IsChannelsLast ? EmptyChannelsLast(Sizes[0], Sizes[1], Sizes[2], Sizes[3]) : Empty(Sizes);

    /// <summary>The same images with their channels side by side: this itself, or a copy that the caller disposes of.</summary>
    public FloatTensor ToChannelsLast()
    {
        if (IsChannelsLast)
        {
            return this;
        }

        FloatTensor copy = EmptyChannelsLast(Sizes[0], Sizes[1], Sizes[2], Sizes[3]);
        LibTorch.Check(LibTorch.Copy(copy._handle, _handle, 0), "copying a tensor");
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
            _ = LibTorch.DeleteTensor(Release());
        }
    }
}
